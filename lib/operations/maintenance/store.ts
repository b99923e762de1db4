/** Maintenance windows in the database. */
import { type Queries, query, transaction } from "@/lib/core/db";
import { taggedBots } from "@/lib/fleet/bots";
import { hasPlace, ownedRows } from "@/lib/identity/teams";
import type { WindowColumns, WindowRow } from "./store.rows";

type NewWindow = WindowColumns & Pick<WindowRow, "id" | "team_id" | "created_by" | "created_at" | "updated_at">;

const owned = ownedRows("maintenance_window");

/** Adds a window. @returns undefined when the team, or the server, has `max` already @throws NOT_FOUND the team is gone */
const add = (window: NewWindow, max: number): Promise<WindowRow | undefined> =>
  transaction(async (trx) => {
    if (!(await hasPlace(trx, "maintenance_window", { teamId: window.team_id, max }))) return undefined;
    return trx.insertInto("maintenance_window").values(window).returningAll().executeTakeFirstOrThrow();
  });

/** Deletes the windows of a person whose account was deleted, also from a backup that is being restored. */
export const eraseWindows = (queries: Queries, userId: number): Promise<void> => owned.erase(queries, userId);

export const createWindowStore = () => ({
  ...{ add, get: owned.get, put: owned.put, page: owned.page, remove: owned.remove, count: owned.count },

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

  createdBy: (userId: number, limit: number) => owned.createdBy(userId, limit).select("c.name").execute(),

  removeOf: (userId: number): Promise<void> => eraseWindows(query(), userId),

  /** Deletes single windows that ended before `at`, and windows of teams and people that were deleted. */
  async sweep(at: number): Promise<void> {
    await owned.removeOrphans();
    await query().deleteFrom("maintenance_window").where("cron", "is", null).where("ends_at", "<", at).execute();
  },
});

export type WindowStore = ReturnType<typeof createWindowStore>;
