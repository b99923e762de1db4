/** Status pages in the database. */
import { inList, lockName, type Queries, query, readPage, type SqlBool, sql, transaction } from "@/lib/core/db";
import type { Cursor, Page } from "@/lib/core/pages";
import { remainingUserIds } from "@/lib/identity/accounts";
import { keepTeam, teamIds, teamNames } from "@/lib/identity/teams";
import type { PageColumns, PageRow } from "./store.rows";

type NewPage = PageColumns & Pick<PageRow, "id" | "team_id" | "created_by" | "link_salt" | "created_at" | "updated_at">;
/** Why a page could not be stored. */
type Refusal = "full" | "slug";

const isTaken = async (trx: Queries, slug: string, butId?: string): Promise<boolean> => {
  const other = await trx.selectFrom("status_page").select("id").where("slug", "=", slug).executeTakeFirst();
  return other !== undefined && other.id !== butId;
};

/** Adds a page. @returns "full" when the team has `max` already, "slug" when another page has it @throws NOT_FOUND the team is gone */
const add = (page: NewPage, max: number): Promise<PageRow | Refusal> =>
  transaction(async (trx) => {
    await keepTeam(trx, page.team_id);
    // Slugs are unique on the server, so that only one page at a time may look for its own.
    await lockName(trx, "status_pages");
    const { pages } = await trx
      .selectFrom("status_page")
      .select((eb) => eb.fn.countAll<number>().as("pages"))
      .where("team_id", "=", page.team_id)
      .executeTakeFirstOrThrow();
    if (Number(pages) >= max) return "full";
    if (await isTaken(trx, page.slug)) return "slug";
    return trx.insertInto("status_page").values(page).returningAll().executeTakeFirstOrThrow();
  });

/** Changes a page. @returns undefined when it is gone, or no longer at version `expected`; "slug" when another page has it */
const put = (
  id: string,
  columns: Partial<PageColumns> & { link_salt?: string },
  { at, expected }: { at: number; expected?: number },
): Promise<PageRow | undefined | "slug"> =>
  transaction(async (trx) => {
    await lockName(trx, "status_pages");
    if (columns.slug !== undefined && (await isTaken(trx, columns.slug, id))) return "slug";
    return trx
      .updateTable("status_page")
      .set((eb) => ({ ...columns, updated_at: at, version: eb("version", "+", 1) }))
      .where("id", "=", id)
      .$if(expected !== undefined, (row) => row.where("version", "=", expected!))
      .returningAll()
      .executeTakeFirst();
  });

/** Lists pages, newest first. `teams` undefined: of every team. */
const page = (
  { teams, team_id }: { teams?: readonly number[]; team_id?: number },
  range: { after?: Cursor; limit: number },
): Promise<Page<PageRow>> =>
  readPage(
    query()
      .selectFrom("status_page")
      .selectAll()
      .$if(teams !== undefined, (rows) => rows.where("team_id", "in", inList(teams!)))
      .$if(team_id !== undefined, (rows) => rows.where("team_id", "=", team_id!))
      .$castTo<PageRow>(),
    { by: ["seq"], direction: "desc" },
    range,
  );

/** Deletes the pages of a person whose account was deleted, also from a backup that is being restored. */
export async function erasePages(queries: Queries, userId: number): Promise<void> {
  await queries.deleteFrom("status_page").where("team_id", "=", userId).execute();
}

/** The part of a page that decides who may read it. */
export type PageAccess = Pick<PageRow, "id" | "visibility" | "link_salt">;
export const readPages = (present: Queries): Promise<PageAccess[]> =>
  present.selectFrom("status_page").select(["id", "visibility", "link_salt"]).execute();

/**
 * Keeps who may read each page as it is at present in a backup that is being restored. Pages that were deleted since are off.
 *
 * @returns the titles of the pages that change
 */
export async function keepPages(staged: Queries, present: readonly PageAccess[]): Promise<string[]> {
  const known = new Map(present.map((page) => [page.id, page]));
  const changed: string[] = [];
  for (const row of await staged
    .selectFrom("status_page")
    .select(["id", "title", "visibility", "link_salt"])
    .execute()) {
    const { visibility, link_salt } = known.get(row.id) ?? { ...row, visibility: "off" };
    if (visibility === row.visibility && link_salt === row.link_salt) continue;
    await staged.updateTable("status_page").set({ visibility, link_salt }).where("id", "=", row.id).execute();
    changed.push(row.title);
  }
  return changed;
}

export const createPageStore = () => ({
  ...{ add, put, page },

  get: (id: string): Promise<PageRow | undefined> =>
    query().selectFrom("status_page").selectAll().where("id", "=", id).executeTakeFirst(),

  bySlug: (slug: string): Promise<PageRow | undefined> =>
    query().selectFrom("status_page").selectAll().where("slug", "=", slug).executeTakeFirst(),

  /** Reads the newest pages that a person created or owns alone, with the name of a shared team. */
  createdBy: (userId: number, limit: number) =>
    query()
      .selectFrom("status_page as c")
      .leftJoin(teamNames().as("t"), "t.id", "c.team_id")
      .select(["c.id", "c.title", "t.name as team_name"])
      .where((eb) => eb.or([eb("c.created_by", "=", userId), eb("c.team_id", "=", userId)]))
      .orderBy("c.seq", "desc")
      .limit(limit)
      .execute(),

  /** @returns false when there is no such page */
  remove: async (id: string): Promise<boolean> =>
    (await query().deleteFrom("status_page").where("id", "=", id).executeTakeFirst()).numDeletedRows > 0n,

  removeOf: (userId: number): Promise<void> => erasePages(query(), userId),

  /** Deletes pages of teams and people that were deleted. */
  async sweep(): Promise<void> {
    const isGone = sql<SqlBool>`team_id not in ${remainingUserIds()} and team_id not in ${teamIds()}`;
    await query().deleteFrom("status_page").where(isGone).execute();
  },
});

export type PageStore = ReturnType<typeof createPageStore>;
