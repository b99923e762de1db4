/** Status pages in the database. */
import { lockName, type Queries, query, transaction } from "@/lib/core/db";
import { hasPlace, ownedRows } from "@/lib/identity/teams";
import type { PageColumns, PageRow } from "./store.rows";

type NewPage = PageColumns & Pick<PageRow, "id" | "team_id" | "created_by" | "link_salt" | "created_at" | "updated_at">;
/** Why a page could not be stored. */
type Refusal = "full" | "slug";

const owned = ownedRows("status_page");

const isTaken = async (trx: Queries, slug: string, butId?: string): Promise<boolean> => {
  const other = await trx.selectFrom("status_page").select("id").where("slug", "=", slug).executeTakeFirst();
  return other !== undefined && other.id !== butId;
};

/** Adds a page. @returns "full" when the team has `max` already, "slug" when another page has it @throws NOT_FOUND the team is gone */
const add = (page: NewPage, max: number): Promise<PageRow | Refusal> =>
  transaction(async (trx) => {
    if (!(await hasPlace(trx, "status_page", { teamId: page.team_id, max }))) return "full";
    // Slugs are unique on the server, so that only one page at a time may look for its own.
    await lockName(trx, "status_pages");
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
    return owned.put(id, { ...columns, updated_at: at }, expected, trx);
  });

/** Deletes the pages of a person whose account was deleted, also from a backup that is being restored. */
export const erasePages = (queries: Queries, userId: number): Promise<void> => owned.erase(queries, userId);

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
  ...{ add, put, get: owned.get, page: owned.page, remove: owned.remove, count: owned.count },

  bySlug: (slug: string): Promise<PageRow | undefined> =>
    query().selectFrom("status_page").selectAll().where("slug", "=", slug).executeTakeFirst(),

  createdBy: (userId: number, limit: number) => owned.createdBy(userId, limit).select("c.title").execute(),

  removeOf: (userId: number): Promise<void> => erasePages(query(), userId),

  sweep: owned.removeOrphans,
});

export type PageStore = ReturnType<typeof createPageStore>;
