/** Reads the audit log for people: newest first, by filters and search. */
import type { SelectQueryBuilder } from "kysely";
import type { Tables } from "@/generated/tables";
import { containsInAnyCase, query, type Row } from "@/lib/core/db";

export type AuditRow = Row<"audit_record">;

/** Conditions on rows. `user_id` is who acted; `about` is the account that the act was on. */
export type AuditFilter = {
  bot_id?: string;
  team_id?: number;
  user_id?: number;
  about?: number;
  by?: string;
  action?: string;
  outcome?: string;
  target_type?: string;
  target_id?: string;
  request_id?: string;
  since?: number;
  until?: number;
  q?: string;
  /** The reader, where addresses are shown, and so searched, in the reader's own acts alone. */
  reader?: number;
};

type Rows = SelectQueryBuilder<Tables, "audit_record", object>;

const EQUAL: [keyof AuditFilter, keyof AuditRow & string][] = [
  ["bot_id", "bot_id"],
  ["team_id", "team_id"],
  ["user_id", "user_id"],
  ["by", "by_kind"],
  ["action", "action"],
  ["outcome", "outcome"],
  ["target_type", "target_type"],
  ["target_id", "target_id"],
  ["request_id", "request_id"],
];
const SEARCHED = ["action", "by_name", "target_id", "target_name", "detail"] as const;

/** Rows may be stored a little out of the order of their times: each process writes by itself. */
const DISORDER = 1_000;

function matching(filter: AuditFilter): Rows {
  let rows: Rows = query().selectFrom("audit_record");
  for (const [field, column] of EQUAL) {
    const value = filter[field];
    if (value !== undefined) rows = rows.where(column, "=", value);
  }
  if (filter.about !== undefined)
    rows = rows.where("target_type", "=", "user").where("target_id", "=", String(filter.about));
  if (filter.since !== undefined) rows = rows.where("at", ">=", filter.since);
  if (filter.until !== undefined) rows = rows.where("at", "<=", filter.until);
  if (filter.q)
    rows = rows.where((eb) => {
      const contains = (column: (typeof SEARCHED)[number] | "address") => containsInAnyCase(eb.ref(column), filter.q!);
      const from = contains("address");
      const isShown = filter.reader === undefined ? from : eb.and([eb("user_id", "=", filter.reader), from]);
      return eb.or([...SEARCHED.map(contains), isShown]);
    });
  return rows;
}

/** The row nearest to a time, by the index of times. */
async function seqNear(time: number, direction: "asc" | "desc"): Promise<number | undefined> {
  const row = await query()
    .selectFrom("audit_record")
    .select("seq")
    .where("at", direction === "asc" ? ">=" : "<=", time)
    .orderBy("at", direction)
    .limit(1)
    .executeTakeFirst();
  return row?.seq;
}

export const createAuditReader = () => ({
  /** The rows between which the times of a filter lie; undefined when there are none. */
  async bounds({ since, until }: AuditFilter): Promise<{ from: number; to: number } | undefined> {
    const [first, last] = [
      since === undefined ? 0 : await seqNear(since, "asc"),
      until === undefined ? Number.MAX_SAFE_INTEGER : await seqNear(until, "desc"),
    ];
    if (first === undefined || last === undefined) return undefined;
    return { from: first - DISORDER, to: Math.min(last + DISORDER, Number.MAX_SAFE_INTEGER) };
  },

  /** The newest rows that match, with a seq from `from` up to and without `before`. */
  newest: (filter: AuditFilter, range: { from: number; before: number; limit: number }): Promise<AuditRow[]> =>
    matching(filter)
      .selectAll()
      .where("seq", "<", range.before)
      .where("seq", ">=", range.from)
      .orderBy("seq", "desc")
      .limit(range.limit)
      .execute(),

  /** The highest seq below `before`; undefined when no row is left. */
  async lastBefore(before: number): Promise<number | undefined> {
    const row = await query()
      .selectFrom("audit_record")
      .select("seq")
      .where("seq", "<", before)
      .orderBy("seq", "desc")
      .limit(1)
      .executeTakeFirst();
    return row?.seq;
  },
});

export type AuditReader = ReturnType<typeof createAuditReader>;
