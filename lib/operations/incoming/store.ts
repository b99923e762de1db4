/** Incoming webhooks as people set them up. Their requests are in store.deliveries.ts. */
import { inList, lockName, query, readPage, type SqlBool, sql, transaction } from "@/lib/core/db";
import type { Cursor, Page } from "@/lib/core/pages";
import { remainingUserIds, userNames } from "@/lib/identity/accounts";
import { keepTeam, teamIds, teamNames } from "@/lib/identity/teams";
import { eraseHooks } from "./store.carryover";
import { createDeliveryStore } from "./store.deliveries";
import type { HookColumns, HookRow, NamedHook } from "./store.rows";

type NewHook = Omit<
  HookRow,
  "seq" | "paused" | "version" | "minute" | "requests" | "last_at" | "last_outcome" | "last_error"
>;

const hooks = () =>
  query()
    .selectFrom("incoming_webhook as h")
    .leftJoin(userNames().as("u"), "u.id", "h.acts_as")
    .selectAll("h")
    .select("u.username as acts_as_name");

/** Adds a webhook. @returns false when the team has `max` already @throws NOT_FOUND the team is gone */
const add = (hook: NewHook, max: number): Promise<boolean> =>
  transaction(async (trx) => {
    await keepTeam(trx, hook.team_id);
    await lockName(trx, `incoming:${hook.team_id}`);
    const { stored } = await trx
      .selectFrom("incoming_webhook")
      .select((eb) => eb.fn.countAll<number>().as("stored"))
      .where("team_id", "=", hook.team_id)
      .executeTakeFirstOrThrow();
    if (Number(stored) >= max) return false;
    await trx.insertInto("incoming_webhook").values(hook).execute();
    return true;
  });

/** Changes a webhook. @returns false when it is gone, or no longer at version `expected` */
async function put(id: string, columns: HookColumns, expected?: number): Promise<boolean> {
  const { numUpdatedRows } = await query()
    .updateTable("incoming_webhook")
    .set((eb) => ({ ...columns, version: eb("version", "+", 1) }))
    .where("id", "=", id)
    .$if(expected !== undefined, (known) => known.where("version", "=", expected!))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

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
  ...{ add, put, page },

  get: (id: string): Promise<NamedHook | undefined> => hooks().where("h.id", "=", id).executeTakeFirst(),

  byToken: (hash: string): Promise<HookRow | undefined> =>
    query().selectFrom("incoming_webhook").selectAll().where("token_hash", "=", hash).executeTakeFirst(),

  /** Reads the newest webhooks that a person created, owns alone or gave their rights to, with the name of a shared team. */
  createdBy: (userId: number, limit: number) =>
    query()
      .selectFrom("incoming_webhook as c")
      .leftJoin(teamNames().as("t"), "t.id", "c.team_id")
      .select(["c.id", "c.name", "t.name as team_name"])
      .where((eb) =>
        eb.or([eb("c.created_by", "=", userId), eb("c.acts_as", "=", userId), eb("c.team_id", "=", userId)]),
      )
      .orderBy("c.seq", "desc")
      .limit(limit)
      .execute(),

  /** @returns false when there is no such webhook */
  remove: async (id: string): Promise<boolean> =>
    (await query().deleteFrom("incoming_webhook").where("id", "=", id).executeTakeFirst()).numDeletedRows > 0n,

  removeOf: (userId: number): Promise<void> => eraseHooks(query(), userId),

  /** Deletes the webhooks of accounts and teams that were deleted. */
  async removeOrphans(): Promise<void> {
    const isGone = sql<SqlBool>`team_id not in ${remainingUserIds()} and team_id not in ${teamIds()}`;
    await query().deleteFrom("incoming_webhook").where(isGone).execute();
  },
});

export type IncomingStore = ReturnType<typeof createIncomingStore>;
