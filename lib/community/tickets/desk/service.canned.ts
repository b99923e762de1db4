/** Canned replies: every staff member reads and writes them. */

import type { CannedStore } from "@/lib/community/tickets/files/store";
import { asStaff } from "@/lib/community/tickets/policy";
import type { Actor } from "@/lib/core/actor";
import { describeAct, describeUpdate } from "@/lib/core/acts";
import { type Clock, iso } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { staleUpdate } from "@/lib/core/versions";
import { CANNED_MAX, type CannedInput, type CannedReply } from "./contract";

type Deps = { store: CannedStore; now: Clock; newId: (prefix: string) => string };
type Row = Awaited<ReturnType<CannedStore["list"]>>[number];

const toReply = ({ id, updated_at, ...rest }: Row): CannedReply => ({
  reply_id: id,
  ...rest,
  updated_at: iso(updated_at),
});
const noReply = () => new AppError("NOT_FOUND", "No such canned reply");

export function createCanned({ store, now, newId }: Deps) {
  /**
   * @param edited  the version an existing reply was edited from, if it must still be stored
   * @throws AppError NOT_FOUND; CONFLICT when the shortcut is taken, there are as many as allowed, or another version is stored
   */
  async function put(actor: Actor, input: CannedInput, replyId?: string, edited?: number): Promise<CannedReply> {
    const fields: CannedInput = { shortcut: input.shortcut, title: input.title, content: input.content };
    const id = replyId ?? newId("reply");
    const row = { id, ...fields, updated_at: now(), updated_by: asStaff(actor).name };
    const before = replyId === undefined ? undefined : await store.find(replyId);
    const target = { type: "canned_reply", id, name: fields.title };
    if (before) describeUpdate(target, before, fields);
    else describeAct({ target, after: fields });
    const outcome = await store.put(row, replyId === undefined, CANNED_MAX, edited);
    if (outcome === "missing") {
      const { version, ...stored } = await get(id);
      const value = { shortcut: stored.shortcut, title: stored.title, content: stored.content };
      throw staleUpdate("The canned reply", { version, value }, edited!, input);
    }
    if (outcome === "taken")
      throw new AppError("CONFLICT", `shortcut: "${input.shortcut}" is another reply's`, { field: "shortcut" });
    if (outcome === "full")
      throw new AppError(
        "CONFLICT",
        `There are already ${CANNED_MAX} canned replies, which is the limit: delete one first`,
      );
    return get(id);
  }

  /** @throws AppError NOT_FOUND */
  async function get(replyId: string): Promise<CannedReply> {
    const row = await store.find(replyId);
    if (!row) throw noReply();
    return toReply(row);
  }

  return {
    async list(actor: Actor): Promise<CannedReply[]> {
      asStaff(actor, "read");
      return (await store.list()).map(toReply);
    },
    async get(actor: Actor, replyId: string): Promise<CannedReply> {
      asStaff(actor, "read");
      return get(replyId);
    },
    create: (actor: Actor, input: CannedInput) => put(actor, input),
    update: (actor: Actor, replyId: string, input: CannedInput, edited?: number) => put(actor, input, replyId, edited),
    async remove(actor: Actor, replyId: string) {
      asStaff(actor);
      const { shortcut, title, content } = await get(replyId);
      const target = { type: "canned_reply", id: replyId, name: title };
      describeAct({ target, before: { shortcut, title, content } });
      if (!(await store.remove(replyId))) throw noReply();
      return { success: true as const };
    },
  };
}
