/** Maintenance windows in the database. */
import { inList, lockName, type Queries, query, readPage, type SqlBool, sql, transaction } from "@/lib/core/db";
import type { Cursor, Page } from "@/lib/core/pages";
import { taggedBots } from "@/lib/fleet/bots";
import { remainingUserIds } from "@/lib/identity/accounts";
import { keepTeam, teamIds, teamNames } from "@/lib/identity/teams";
import type { WindowColumns, WindowRow } from "./store.rows";

type NewWindow = WindowColumns & Pick<WindowRow, "id" | "team_id" | "created_by" | "created_at" | "updated_at">;

/** Adds a window. @returns undefined when the team, or the server, has `max` already @throws NOT_FOUND the team is gone */
const add = (window: NewWindow, max: number): Promise<WindowRow | undefined> =>
  transaction(async (trx) => {
    if (window.team_id !== null) await keepTeam(trx, window.team_id);
    await lockName(trx, `maintenance:${window.team_id}`);
    const { windows } = await trx
      .selectFrom("maintenance_window")
      .select((eb) => eb.fn.countAll<number>().as("windows"))
      .where("team_id", window.team_id === null ? "is" : "=", window.team_id)
      .executeTakeFirstOrThrow();
    if (Number(windows) >= max) return undefined;
    return trx.insertInto("maintenance_window").values(window).returningAll().executeTakeFirstOrThrow();
  });

/** Changes a window. @returns undefined when it is gone, or no longer at version `expected` */
const put = (
  id: string,
  columns: Partial<WindowColumns>,
  { at, expected }: { at: number; expected?: number },
): Promise<WindowRow | undefined> =>
  query()
    .updateTable("maintenance_window")
    .set((eb) => ({ ...columns, updated_at: at, version: eb("version", "+", 1) }))
    .where("id", "=", id)
    .$if(expected !== undefined, (row) => row.where("version", "=", expected!))
    .returningAll()
    .executeTakeFirst();

/** Lists windows, newest first. `teams` undefined: of every team, and those of the whole server. */
const page = (
  { teams, team_id }: { teams?: readonly number[]; team_id?: number },
  range: { after?: Cursor; limit: number },
): Promise<Page<WindowRow>> =>
  readPage(
    query()
      .selectFrom("maintenance_window")
      .selectAll()
      .$if(teams !== undefined, (rows) => rows.where("team_id", "in", inList(teams!)))
      .$if(team_id !== undefined, (rows) => rows.where("team_id", "=", team_id!))
      .$castTo<WindowRow>(),
    { by: ["seq"], direction: "desc" },
    range,
  );

/** Deletes the windows of a person whose account was deleted, also from a backup that is being restored. */
export async function eraseWindows(queries: Queries, userId: number): Promise<void> {
  await queries.deleteFrom("maintenance_window").where("team_id", "=", userId).execute();
}

export const createWindowStore = () => ({
  ...{ add, put, page },

  get: (id: string): Promise<WindowRow | undefined> =>
    query().selectFrom("maintenance_window").selectAll().where("id", "=", id).executeTakeFirst(),

  /** Reads the windows that have not ended: those that repeat, and single ones that end after `at`. */
  open: (at: number, max: number): Promise<WindowRow[]> =>
    query()
      .selectFrom("maintenance_window")
      .selectAll()
      .where((eb) => eb.or([eb("cron", "is not", null), eb("ends_at", ">", at)]))
      .orderBy("seq")
      .limit(max)
      .execute(),

  tagged: (tag: string, ids: readonly string[]): Promise<Set<string>> => taggedBots(query(), tag, ids),

  /** Reads the newest windows that a person created or owns alone, with the name of a shared team. */
  createdBy: (userId: number, limit: number) =>
    query()
      .selectFrom("maintenance_window as c")
      .leftJoin(teamNames().as("t"), "t.id", "c.team_id")
      .select(["c.id", "c.name", "t.name as team_name"])
      .where((eb) => eb.or([eb("c.created_by", "=", userId), eb("c.team_id", "=", userId)]))
      .orderBy("c.seq", "desc")
      .limit(limit)
      .execute(),

  /** @returns false when there is no such window */
  remove: async (id: string): Promise<boolean> =>
    (await query().deleteFrom("maintenance_window").where("id", "=", id).executeTakeFirst()).numDeletedRows > 0n,

  removeOf: (userId: number): Promise<void> => eraseWindows(query(), userId),

  /** Deletes single windows that ended before `at`, and windows of teams and people that were deleted. */
  async sweep(at: number): Promise<void> {
    const isGone = sql<SqlBool>`team_id not in ${remainingUserIds()} and team_id not in ${teamIds()}`;
    await query().deleteFrom("maintenance_window").where(isGone).execute();
    await query().deleteFrom("maintenance_window").where("cron", "is", null).where("ends_at", "<", at).execute();
  },
});

export type WindowStore = ReturnType<typeof createWindowStore>;
