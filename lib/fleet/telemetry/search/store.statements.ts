/** The statements that read the log and message tables, each over a range of seq. */
import { type Expression, expressionBuilder } from "kysely";
import type { Tables } from "@/generated/tables";
import { db, inList, query, type SqlBool, sql } from "@/lib/core/db";
import type { Rows, Table } from "../store.types";
import { type Filter, fts5, type Order, type Range } from "./match";
import { withIndex } from "./store.index";
import { searchWindows } from "./store.windows";

export type Page = Range & { order: Order; limit: number };

/**
 * A row is late if its event is this much older than its receipt. Late rows are in the index log_late_idx or
 * message_late_idx.
 */
export const LATE_MS = 60_000;

const eb = expressionBuilder<{ r: Tables["log"] }, "r">();

/**
 * The rows of a table as `r`. Statements name only columns that both tables have, except where a filter applies to one
 * table only.
 */
const rowsOf = (table: Table) => query().selectFrom(`${table} as r` as "log as r");

/** Runs a statement that selects all columns, with the row type of the table that the caller names. */
const run = <T extends Table>(rows: { execute(): Promise<unknown[]> }) => rows.execute() as Promise<Rows[T][]>;

/** Builds the conditions on bot, owner and time. */
function scope({ bot_id, bot_ids, owner_id, hidden_bots, from, to }: Filter): Expression<SqlBool>[] {
  const happened = eb.fn.coalesce("r.event_at", "r.at");
  return [
    ...(bot_id === undefined ? [] : [eb("r.bot_id", "=", bot_id)]),
    ...(bot_ids === undefined ? [] : [eb("r.bot_id", "in", bot_ids)]),
    ...(owner_id === undefined ? [] : [eb("r.owner_id", "=", owner_id)]),
    ...(hidden_bots === undefined ? [] : [eb("r.bot_id", "not in", inList(hidden_bots))]),
    ...(from === undefined ? [] : [eb(happened, ">=", from)]),
    ...(to === undefined ? [] : [eb(happened, "<", to)]),
  ];
}

/** Builds the conditions on seq, bot, owner and time. */
const conditions = (
  filter: Filter,
  { above, below }: { above: number | Expression<number>; below: number },
  seq: Expression<number> = eb.ref("r.seq"),
): Expression<SqlBool>[] => [eb(seq, ">", above), eb(seq, "<", below), ...scope(filter)];

/** Reads rows in the table's own order. Ignores filters that need the full-text index. */
export const readInOrder = <T extends Table>(table: T, filter: Filter, page: Page) =>
  run<T>(
    rowsOf(table)
      .selectAll("r")
      .where(eb.and(conditions(filter, page)))
      .orderBy("r.seq", page.order)
      .limit(page.limit),
  );

/** Reads the rows with these seqs that have the filter's bot, owner and time. */
const readRows = <T extends Table>(table: T, filter: Filter, order: Order, seqs: readonly number[]) =>
  run<T>(
    rowsOf(table)
      .selectAll("r")
      .where("r.seq", "in", inList(seqs))
      .where(eb.and(scope(filter)))
      .orderBy("r.seq", order),
  );

/** Reads through PostgreSQL's index. */
async function readWindows<T extends Table>(table: T, filter: Filter, page: Page): Promise<Rows[T][]> {
  const rows: Rows[T][] = [];
  const left = { ...page };
  for (;;) {
    const limit = page.limit - rows.length;
    const seqs = await searchWindows(table, filter, { ...left, limit });
    if (seqs.length > 0) rows.push(...(await readRows(table, filter, page.order, seqs)));
    if (seqs.length < limit || rows.length === page.limit) return rows;
    left[page.order === "desc" ? "below" : "above"] = seqs.at(-1)!;
  }
}

/**
 * The lower end of a range for FTS5. Entries of rows that retention removed may still be there for a while: begin with the
 * oldest row that is left, because every entry before it would be looked up in vain.
 */
function lowerEnd(table: Table, above: number): Expression<number> {
  const oldest = rowsOf(table).select(({ fn }) => sql<number>`coalesce(${fn.min("r.seq")}, 1) - 1`.as("seq"));
  return sql<number>`max(${above}, ${oldest})`;
}

/** Reads through the full-text index. */
export function readIndexed<T extends Table>(table: T, filter: Filter, page: Page): Promise<Rows[T][]> {
  if (db().provider === "postgresql") return readWindows(table, filter, page);
  const seq = sql.ref<number>("f.rowid");
  const range = { above: lowerEnd(table, page.above), below: page.below };
  return run<T>(
    withIndex(query())
      .selectFrom(`${table}_fts as f` as "log_fts as f")
      .innerJoin(`${table} as r` as "log as r", (join) => join.on("r.seq", "=", seq))
      .selectAll("r")
      .where(eb.and(conditions(filter, range, seq)))
      .where(sql<SqlBool>`${sql.ref(`f.${table}_fts`)} match ${fts5(filter)}`)
      .orderBy(seq, page.order)
      .limit(page.limit),
  );
}

/** Counts the next `page.limit` rows by bot, owner and time, and finds the seqs they lie between. */
export async function readSpan(
  table: Table,
  filter: Filter,
  page: Page,
): Promise<{ count: number; least: number; most: number }> {
  const next = rowsOf(table)
    .select("r.seq")
    .where(eb.and(conditions(filter, page)))
    .orderBy("r.seq", page.order)
    .limit(page.limit);
  const { count, least, most } = await query()
    .selectFrom(next.as("next"))
    .select(({ fn }) => [fn.countAll<number>().as("count"), fn.min("seq").as("least"), fn.max("seq").as("most")])
    .executeTakeFirstOrThrow();
  return { count, least: least ?? 0, most: most ?? 0 };
}

/** An ASCII word can be compared by the database. Other text is compared by `fits`, which folds accents. */
function mayHold(word: string): Expression<SqlBool> {
  const find = sql.raw(db().provider === "sqlite" ? "instr" : "strpos");
  const text = eb.ref("r.message");
  return sql`(${find}(lower(${text}), ${word}) > 0 or octet_length(${text}) <> length(${text}))`;
}

/** Reads the rows of a range that may match the search; the database leaves out the others. */
export function readCandidates<T extends Table>(table: T, filter: Filter, page: Page) {
  const types = filter.levels?.flatMap((level) => (level === "warning" ? ["warn", level] : [level]));
  const { wholeWords = [], prefix = null } = filter.search ?? {};
  const searched = prefix === null ? wholeWords : [...wholeWords, prefix];
  return run<T>(
    rowsOf(table)
      .selectAll("r")
      .where(eb.and([...conditions(filter, page), ...searched.map(mayHold)]))
      .$if(types !== undefined, (rows) => rows.where(({ fn }) => fn<string>("lower", ["r.type"]), "in", types!))
      // Only messages have threads.
      .$if(filter.thread_id !== undefined, (rows) => rows.where("r.thread_id" as "r.type", "=", filter.thread_id!))
      .orderBy("r.seq", page.order)
      .limit(page.limit),
  );
}

/**
 * Selects rows that arrived late, by the time of their event. The unary plus stops both databases from walking the
 * table by seq, which would visit every row stored since.
 */
export function lateRows(table: Table, filter: Filter, page: Page) {
  const seq = sql<number>`+${eb.ref("r.seq")}`;
  const { from, to } = filter;
  return rowsOf(table)
    .selectAll("r")
    .where(eb.and(conditions(filter, page, seq)))
    .where("r.event_at", "<", sql<number>`${eb.ref("r.at")} - ${sql.lit(LATE_MS)}`)
    .$if(from !== undefined, (rows) => rows.where("r.event_at", ">=", from!))
    .$if(to !== undefined, (rows) => rows.where("r.event_at", "<", to!))
    .orderBy(seq, page.order)
    .limit(page.limit);
}

export const readLate = <T extends Table>(table: T, filter: Filter, page: Page) =>
  run<T>(lateRows(table, filter, page));

/** Reads the first row whose seq is `seq` or higher, and its time of receipt. */
export const readFrom = (table: Table, seq: number): Promise<{ seq: number; at: number } | undefined> =>
  rowsOf(table).select(["r.seq", "r.at"]).where("r.seq", ">=", seq).orderBy("r.seq").limit(1).executeTakeFirst();

/**
 * Reads the smallest and the largest seq; null when there is no row. Each of the two sub-selects is one look-up in the
 * index.
 */
export const readEnds = (table: Table): Promise<{ low: number | null; high: number | null }> =>
  query()
    .selectNoFrom([
      rowsOf(table)
        .select(({ fn }) => fn.min("r.seq").as("seq"))
        .as("low"),
      rowsOf(table)
        .select(({ fn }) => fn.max("r.seq").as("seq"))
        .as("high"),
    ])
    .executeTakeFirstOrThrow();
