/** Incoming webhooks as people set them up. Their requests are in store.deliveries.ts. */
import { inList, query, readPage, transaction } from "@/lib/core/db";
import type { Cursor, Page } from "@/lib/core/pages";
import { userNames } from "@/lib/identity/accounts";
import { hasPlace, ownedRows } from "@/lib/identity/teams";
import { eraseHooks } from "./store.carryover";
import { createDeliveryStore } from "./store.deliveries";
import type { HookColumns, HookRow, NamedHook } from "./store.rows";

type NewHook = Omit<
  HookRow,
  "seq" | "paused" | "version" | "minute" | "requests" | "last_at" | "last_outcome" | "last_error"
>;

const owned = ownedRows("incoming_webhook");

const hooks = () =>
  query()
    .selectFrom("incoming_webhook as h")
    .leftJoin(userNames().as("u"), "u.id", "h.acts_as")
    .selectAll("h")
    .select("u.username as acts_as_name");

/** Adds a webhook. @returns false when the team has `max` already @throws NOT_FOUND the team is gone */
const add = (hook: NewHook, max: number): Promise<boolean> =>
  transaction(async (trx) => {
    if (!(await hasPlace(trx, "incoming_webhook", { teamId: hook.team_id, max }))) return false;
    await trx.insertInto("incoming_webhook").values(hook).execute();
    return true;
  });

/** Lists webhooks, newest first. `teams` undefined: of every team. */
const page = (
  teams: readonly number[] | undefined,
  range: { after?: Cursor; limit: number },
): Promise<Page<NamedHook>> =>
  readPage(
    hooks()
      .$if(teams !== undefined, (own) => own.where("h.team_id", "in", inList(teams!)))
      .$castTo<NamedHook>(),
    { by: ["seq"], direction: "desc" },
    range,
  );

export const createIncomingStore = () => ({
  ...createDeliveryStore(),
  ...{ add, page, remove: owned.remove, count: owned.count, removeOrphans: owned.removeOrphans },

  /** Changes a webhook. @returns false when it is gone, or no longer at version `expected` */
  put: async (id: string, columns: HookColumns, expected?: number): Promise<boolean> =>
    (await owned.put(id, columns, expected)) !== undefined,

  get: (id: string): Promise<NamedHook | undefined> => hooks().where("h.id", "=", id).executeTakeFirst(),

  byToken: (hash: string): Promise<HookRow | undefined> =>
    query().selectFrom("incoming_webhook").selectAll().where("token_hash", "=", hash).executeTakeFirst(),

  /** The webhooks that take the messages of a queue. */
  sources: (): Promise<HookRow[]> =>
    query()
      .selectFrom("incoming_webhook")
      .selectAll()
      .where("source", "is not", null)
      .where("paused", "=", 0)
      .execute(),

  /** Notes that the queue of a webhook cannot be read, or (null) that it can again. */
  noteTrouble: async (id: string, last_error: string | null): Promise<void> =>
    void (await query()
      .updateTable("incoming_webhook")
      .set({ last_error, last_outcome: null })
      .where("id", "=", id)
      .execute()),

  createdBy: (userId: number, limit: number) => owned.createdBy(userId, limit, "acts_as").select("c.name").execute(),

  removeOf: (userId: number): Promise<void> => eraseHooks(query(), userId),
});

export type IncomingStore = ReturnType<typeof createIncomingStore>;
