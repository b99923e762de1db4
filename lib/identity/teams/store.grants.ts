/** Grants: bots that are shared with a person or a team beside the one that owns it. */
import type { TeamRole } from "@/lib/core/contract.roles";
import { lockName, type Queries, query, type Row, readPage, transaction } from "@/lib/core/db";
import type { Cursor, Page } from "@/lib/core/pages";
import { userNames } from "@/lib/identity/accounts";
import { GRANTS_MAX, SHARED_MAX } from "./contract.constants";

export type GrantRow = Omit<Row<"bot_grant">, "role"> & {
  role: Exclude<TeamRole, "owner">;
  username: string | null;
  team_name: string | null;
  created_by_name: string | null;
};
export type NewGrant = Omit<Row<"bot_grant">, "role"> & { role: Exclude<TeamRole, "owner"> };

/** Changes rows in the transaction in which a bot goes to another team. @returns what follows the commit */
export type OnMove = (trx: Queries, botId: string, from: number, to: number) => Promise<() => Promise<void>>;

const grants = () =>
  query()
    .selectFrom("bot_grant as g")
    .leftJoin(userNames().as("u"), "u.id", "g.user_id")
    .leftJoin("team as t", "t.id", "g.team_id")
    .leftJoin(userNames().as("by"), "by.id", "g.created_by")
    .selectAll("g")
    .select(["u.username", "t.name as team_name", "by.username as created_by_name"])
    .$castTo<GrantRow>();

/** Counts grants of a bot, or to a person or team. */
async function count(trx: Queries, column: "bot_id" | "user_id" | "team_id", value: string | number): Promise<number> {
  const { grants } = await trx
    .selectFrom("bot_grant")
    .select((eb) => eb.fn.countAll<number>().as("grants"))
    .where(column, "=", value)
    .executeTakeFirstOrThrow();
  return grants;
}

/** Adds a grant, or replaces the one to the same person or team. @returns false when there are too many */
const add = (grant: NewGrant): Promise<string | false> =>
  transaction(async (trx) => {
    const column = grant.user_id === null ? "team_id" : "user_id";
    const to = (grant.user_id ?? grant.team_id)!;
    await lockName(trx, `grants:${grant.bot_id}`);
    const known = await trx
      .selectFrom("bot_grant")
      .select("id")
      .where("bot_id", "=", grant.bot_id)
      .where(column, "=", to)
      .executeTakeFirst();
    if (known) {
      const { role, ends_at, created_by, created_at } = grant;
      const change = { role, ends_at, created_by, created_at };
      await trx.updateTable("bot_grant").set(change).where("id", "=", known.id).execute();
      return known.id;
    }
    if ((await count(trx, "bot_id", grant.bot_id)) >= GRANTS_MAX) return false;
    if ((await count(trx, column, to)) >= SHARED_MAX) return false;
    await trx.insertInto("bot_grant").values(grant).execute();
    return grant.id;
  });

export const createGrantStore = () => ({
  add,
  find: (id: string): Promise<GrantRow | undefined> => grants().where("g.id", "=", id).executeTakeFirst(),

  /** A page of a bot's grants, oldest first, ended ones included until they are swept. */
  page: (botId: string, range: { after?: Cursor; limit: number }): Promise<Page<GrantRow>> =>
    readPage(grants().where("g.bot_id", "=", botId), { by: ["g.created_at", "g.id"], direction: "asc" }, range),

  /** Grants that a person made and that have not ended by `at`, newest first. */
  givenBy: (userId: number, at: number, limit: number): Promise<GrantRow[]> =>
    grants()
      .where("g.created_by", "=", userId)
      .where((eb) => eb.or([eb("g.ends_at", "is", null), eb("g.ends_at", ">", at)]))
      .orderBy("g.created_at", "desc")
      .limit(limit)
      .execute(),

  async change(id: string, change: Partial<Pick<NewGrant, "role" | "ends_at">>): Promise<boolean> {
    const grant = query().updateTable("bot_grant").set(change).where("id", "=", id);
    return (await grant.executeTakeFirst()).numUpdatedRows > 0n;
  },

  async remove(id: string): Promise<boolean> {
    const grant = await query().deleteFrom("bot_grant").where("id", "=", id).executeTakeFirst();
    return grant.numDeletedRows > 0n;
  },

  /** Removes the grants of a bot that is deleted or goes to another team. @returns to whom they were */
  removeOf: (botId: string, queries: Queries = query()): Promise<Pick<NewGrant, "user_id" | "team_id">[]> =>
    queries.deleteFrom("bot_grant").where("bot_id", "=", botId).returning(["user_id", "team_id"]).execute(),

  /** Removes grants that ended before `at` (epoch ms). */
  sweep: async (at: number): Promise<void> =>
    void (await query().deleteFrom("bot_grant").where("ends_at", "<", at).execute()),
});

export type GrantStore = ReturnType<typeof createGrantStore>;
