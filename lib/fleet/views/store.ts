/** Saved views and pins in the database. */
import { iso } from "@/lib/core/clock";
import { keyOf } from "@/lib/core/contract.tag-keys";
import { inList, lockName, type Queries, query, type Row, readPage, sql, transaction } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import type { Cursor, Page } from "@/lib/core/pages";
import { remainingUserIds } from "@/lib/identity/accounts";
import { keepTeam, ownedRows } from "@/lib/identity/teams";
import type { SavedView, ViewFilter, ViewPage } from "./contract";
import { PINS_MAX } from "./contract.constants";

type Stored = Row<"saved_view">;
/** A view, and whether one person has it in the sidebar (1 or 0). */
export type ViewRow = Stored & { pinned: number };
export type ViewColumns = Pick<Stored, "team_id" | "name" | "filter">;
type NewRow = ViewColumns & Pick<Stored, "id" | "page" | "created_by" | "created_at" | "updated_at">;

/** Why a view was not stored: its place has as many as it may have, or one of the same name. */
export type Refusal = "full" | "taken";

/** Shows a view to `userId`. */
export function toView(row: ViewRow, userId: number, can_manage: boolean): SavedView {
  const { id, name, team_id, created_by, version } = row;
  return {
    ...{ view_id: id, name, filter: readJson<ViewFilter>(row.filter), created_by, can_manage, version },
    page: row.page as ViewPage,
    team_id: team_id === userId ? null : team_id,
    pinned: row.pinned === 1,
    ...{ created_at: iso(row.created_at), updated_at: iso(row.updated_at) },
  };
}

const owned = ownedRows("saved_view");

/** Selects views as `userId` sees them. */
const viewsFor = (userId: number, queries: Queries = query()) =>
  queries
    .selectFrom("saved_view as v")
    .leftJoin("view_pin as p", (on) => on.onRef("p.view_id", "=", "v.id").on("p.user_id", "=", userId))
    .selectAll("v")
    .select(sql<number>`case when p.user_id is null then 0 else 1 end`.as("pinned"));

/** Waits for other changes of the views of a team, and says whether one more, or `id` under another name, fits in. */
async function refusalOf(
  trx: Queries,
  { team_id, name }: ViewColumns,
  view: { id: string; max?: number },
): Promise<Refusal | undefined> {
  await keepTeam(trx, team_id);
  await lockName(trx, `views:${team_id}`);
  const others = await trx
    .selectFrom("saved_view")
    .select("name_key")
    .where("team_id", "=", team_id)
    .where("id", "<>", view.id)
    .execute();
  if (others.some(({ name_key }) => name_key === keyOf(name))) return "taken";
  return view.max !== undefined && others.length >= view.max ? "full" : undefined;
}

/** Adds a view to a team that may have `max`. @throws NOT_FOUND the team is gone */
const add = (view: NewRow, max: number): Promise<ViewRow | Refusal> =>
  transaction(async (trx) => {
    const refusal = await refusalOf(trx, view, { id: view.id, max });
    if (refusal) return refusal;
    const stored = await trx
      .insertInto("saved_view")
      .values({ ...view, name_key: keyOf(view.name) })
      .returningAll()
      .executeTakeFirstOrThrow();
    return { ...stored, pinned: 0 };
  });

/** Changes a view. @param max the most views of the team that gets it @returns undefined when it is gone, or no longer at version `expected` @throws NOT_FOUND the team is gone */
const put = (
  { id, team_id, created_by }: Pick<Stored, "id" | "team_id" | "created_by">,
  columns: ViewColumns,
  { at, expected, max }: { at: number; expected?: number; max: number },
): Promise<Refusal | { version: number } | undefined> =>
  transaction(async (trx) => {
    const isMoved = columns.team_id !== team_id;
    const refusal = await refusalOf(trx, columns, { id, max: isMoved ? max : undefined });
    if (refusal) return refusal;
    const stored = await trx
      .updateTable("saved_view")
      .set((eb) => ({ ...columns, name_key: keyOf(columns.name), updated_at: at, version: eb("version", "+", 1) }))
      .where("id", "=", id)
      .where("team_id", "=", team_id)
      .$if(expected !== undefined, (row) => row.where("version", "=", expected!))
      .returning("version")
      .executeTakeFirst();
    // Members of the former team no longer see it, so their pins would only count against their limit.
    if (stored && isMoved)
      await trx.deleteFrom("view_pin").where("view_id", "=", id).where("user_id", "<>", created_by).execute();
    return stored;
  });

/** Adds a view to a sidebar. @returns false when the person has PINS_MAX views of these teams in it @throws when the view is gone */
const pin = (userId: number, id: string, { teams, at }: { teams: readonly number[]; at: number }): Promise<boolean> =>
  transaction(async (trx) => {
    await lockName(trx, `view-pins:${userId}`);
    const pinned = await viewsFor(userId, trx)
      .where("p.user_id", "=", userId)
      .where("v.team_id", "in", inList(teams))
      .execute();
    if (pinned.some((view) => view.id === id)) return true;
    if (pinned.length >= PINS_MAX) return false;
    const view = trx
      .selectFrom("saved_view")
      .select(["id as view_id", sql<number>`${userId}`.as("user_id"), sql<number>`${at}`.as("pinned_at")])
      .where("id", "=", id);
    await trx
      .insertInto("view_pin")
      .columns(["view_id", "user_id", "pinned_at"])
      .expression(view)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return true;
  });

/** Which views are listed: those of teams, and of one page unless `of` is absent. */
type Listing = { userId: number; teams: readonly number[]; isPinned: boolean; of?: ViewPage };

/** Lists views, newest first. */
const page = (
  { userId, teams, isPinned, of }: Listing,
  range: { after?: Cursor; limit: number },
): Promise<Page<ViewRow>> =>
  readPage(
    viewsFor(userId)
      .where("v.team_id", "in", inList(teams))
      .$if(of !== undefined, (views) => views.where("v.page", "=", of!))
      .$if(isPinned, (views) => views.where("p.user_id", "=", userId))
      .$castTo<ViewRow>(),
    { by: ["v.seq"], direction: "desc" },
    range,
  );

/**
 * Deletes what a person whose account was deleted kept alone, also from a backup that is being restored. Views that were shared
 * stay with their team.
 */
export async function eraseViews(queries: Queries, userId: number): Promise<void> {
  await owned.erase(queries, userId);
  await queries.deleteFrom("view_pin").where("user_id", "=", userId).execute();
}

export const createViewStore = () => ({
  ...{ add, put, pin, page },

  find: (userId: number, id: string): Promise<ViewRow | undefined> =>
    viewsFor(userId).where("v.id", "=", id).executeTakeFirst(),

  async unpin(userId: number, id: string): Promise<void> {
    await query().deleteFrom("view_pin").where("user_id", "=", userId).where("view_id", "=", id).execute();
  },

  ...{ remove: owned.remove, count: owned.count },

  removeOf: (userId: number): Promise<void> => eraseViews(query(), userId),

  /** Deletes the views of teams and people that were deleted, and the pins of these people. */
  async sweep(): Promise<void> {
    await owned.removeOrphans();
    await query().deleteFrom("view_pin").where("user_id", "not in", remainingUserIds()).execute();
  },
});

export type ViewStore = ReturnType<typeof createViewStore>;
