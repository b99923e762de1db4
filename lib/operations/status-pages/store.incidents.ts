/** Incidents of status pages in the database. */
import { query, readPage, transaction } from "@/lib/core/db";
import type { Cursor, Page } from "@/lib/core/pages";
import type { IncidentRow } from "./store.rows";

type NewIncident = Omit<IncidentRow, "seq">;
/** Computes the columns that an update changes, from the row as it is. Undefined: it takes no more updates. */
type Change = (row: IncidentRow) => Pick<IncidentRow, "state" | "updates" | "resolved_at"> | undefined;

/** Adds an incident and deletes the oldest ones beyond `max`. @returns undefined when the page is gone */
const add = (incident: NewIncident, max: number): Promise<IncidentRow | undefined> =>
  transaction(async (trx) => {
    const page = await trx
      .updateTable("status_page")
      .set({ updated_at: incident.started_at })
      .where("id", "=", incident.page_id)
      .executeTakeFirst();
    if (page.numUpdatedRows === 0n) return undefined;
    const row = await trx.insertInto("status_incident").values(incident).returningAll().executeTakeFirstOrThrow();
    const oldest = await trx
      .selectFrom("status_incident")
      .select("seq")
      .where("page_id", "=", incident.page_id)
      .orderBy("seq", "desc")
      .offset(max)
      .limit(1)
      .executeTakeFirst();
    if (oldest)
      await trx
        .deleteFrom("status_incident")
        .where("page_id", "=", incident.page_id)
        .where("seq", "<=", oldest.seq)
        .execute();
    return row;
  });

/** Changes an incident. @returns undefined when there is no such incident, "full" when it takes no more updates */
const change = (pageId: string, id: string, compute: Change): Promise<IncidentRow | undefined | "full"> =>
  transaction(async (trx) => {
    // Writing first locks the row, so that two updates at once follow each other.
    const row = await trx
      .updateTable("status_incident")
      .set((eb) => ({ title: eb.ref("title") }))
      .where("id", "=", id)
      .where("page_id", "=", pageId)
      .returningAll()
      .executeTakeFirst();
    if (!row) return undefined;
    const columns = compute(row);
    if (!columns) return "full";
    return trx
      .updateTable("status_incident")
      .set(columns)
      .where("id", "=", id)
      .returningAll()
      .executeTakeFirstOrThrow();
  });

export const createIncidentStore = () => ({
  ...{ add, change },

  /** Lists the incidents of a page, newest first. */
  page: (pageId: string, range: { after?: Cursor; limit: number }): Promise<Page<IncidentRow>> =>
    readPage(
      query().selectFrom("status_incident").selectAll().where("page_id", "=", pageId).$castTo<IncidentRow>(),
      { by: ["seq"], direction: "desc" },
      range,
    ),

  /** Reads the incidents that are open or were resolved at `from` or later (epoch ms), newest first. */
  recent: (pageId: string, from: number, limit: number): Promise<IncidentRow[]> =>
    query()
      .selectFrom("status_incident")
      .selectAll()
      .where("page_id", "=", pageId)
      .where((eb) => eb.or([eb("resolved_at", "is", null), eb("resolved_at", ">=", from)]))
      .orderBy("seq", "desc")
      .limit(limit)
      .execute(),

  get: (pageId: string, id: string): Promise<IncidentRow | undefined> =>
    query()
      .selectFrom("status_incident")
      .selectAll()
      .where("page_id", "=", pageId)
      .where("id", "=", id)
      .executeTakeFirst(),

  /** @returns false when there is no such incident */
  remove: async (pageId: string, id: string): Promise<boolean> => {
    const { numDeletedRows } = await query()
      .deleteFrom("status_incident")
      .where("page_id", "=", pageId)
      .where("id", "=", id)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  },
});

export type IncidentStore = ReturnType<typeof createIncidentStore>;
