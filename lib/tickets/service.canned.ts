/** Canned replies: every staff member reads and writes them. */
import type { Actor } from "@/lib/access";
import { type Clock, iso } from "@/lib/clock";
import { AppError } from "@/lib/errors";
import { CANNED_MAX, type CannedInput, type CannedReply } from "./contract.desk";
import { asStaff } from "./policy";
import type { CannedStore } from "./store.files";

type Deps = { store: CannedStore; now: Clock; newId: (prefix: string) => string };
type Row = Awaited<ReturnType<CannedStore["list"]>>[number];

const toReply = ({ id, updated_at, ...rest }: Row): CannedReply => ({
  reply_id: id,
  ...rest,
  updated_at: iso(updated_at),
});
const noReply = () => new AppError("NOT_FOUND", "No such canned reply");

export function createCanned({ store, now, newId }: Deps) {
  /** @throws AppError NOT_FOUND; CONFLICT when the shortcut is taken, or there are as many as allowed */
  async function put(actor: Actor, input: CannedInput, replyId?: string): Promise<CannedReply> {
    const row = { id: replyId ?? newId("reply"), ...input, updated_at: now(), updated_by: asStaff(actor).name };
    const outcome = await store.put(row, replyId === undefined, CANNED_MAX);
    if (outcome === "missing") throw noReply();
    if (outcome === "taken")
      throw new AppError("CONFLICT", `shortcut: "${input.shortcut}" is another reply's`, { field: "shortcut" });
    if (outcome === "full") throw new AppError("CONFLICT", `There are ${CANNED_MAX} canned replies already`);
    return toReply(row);
  }

  return {
    async list(actor: Actor): Promise<CannedReply[]> {
      asStaff(actor, "read");
      return (await store.list()).map(toReply);
    },
    create: (actor: Actor, input: CannedInput) => put(actor, input),
    update: (actor: Actor, replyId: string, input: CannedInput) => put(actor, input, replyId),
    async remove(actor: Actor, replyId: string): Promise<void> {
      asStaff(actor);
      if (!(await store.remove(replyId))) throw noReply();
    },
  };
}
