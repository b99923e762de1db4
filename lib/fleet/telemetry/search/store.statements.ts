/** The statements that read the log and message tables, each over a range of seq. */
import { type Expression, expressionBuilder, type SelectQueryBuilder } from "kysely";
import type { Tables } from "@/generated/tables";
import { db, firstRows, inList, query, type SqlBool, sql } from "@/lib/core/db";
import { isVisible } from "@/lib/fleet/bots";
import type { Rows, Table } from "../store.types";
import type { Filter, Order, Page, Range } from "./match";

/** The most rows that one statement reads in order to test them. */
export const CANDIDATES = 400;
/** The most text (bytes) that one statement reads, unless a single row has more. Reading it takes about 2 ms. */
export const BATCH_BYTES = 1_000_000;
/** Rows whose text cannot exceed a batch by much, because one has at most about 120 KB. */
const FEW = 8;
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

/** Builds the conditions on the time of the event. */
function inTime({ from, to }: Filter): Expression<SqlBool>[] {
  const happened = eb.fn.coalesce("r.event_at", "r.at");
  return [
    ...(from === undefined ? [] : [eb(happened, ">=", from)]),
    ...(to === undefined ? [] : [eb(happened, "<", to)]),
  ];
}

/** Builds the conditions on bot and team. */
const inScope = ({ bot_id, bot_ids, visible, hidden_bots }: Filter): Expression<SqlBool>[] => [
  ...(bot_id === undefined ? [] : [eb("r.bot_id", "=", bot_id)]),
  ...(bot_ids === undefined ? [] : [eb("r.bot_id", "in", bot_ids)]),
  ...(visible === undefined ? [] : [isVisible(visible, "r.owner_id", "r.bot_id")]),
  ...(hidden_bots === undefined ? [] : [eb("r.bot_id", "not in", inList(hidden_bots))]),
];

const inRange = ({ above, below }: Range): Expression<SqlBool>[] => [eb("r.seq", ">", above), eb("r.seq", "<", below)];

/**
 * The conditions of a scope for each team and bot that it consists of, because the rows of each have an index in the order
 * of seq: one statement for all of them would sort every row, or read those of everybody.
 */
function eachInScope({ visible, ...filter }: Filter): Expression<SqlBool>[][] {
  const isOfBots = filter.bot_id !== undefined || filter.bot_ids !== undefined;
  if (!visible || isOfBots) return [inScope({ visible, ...filter })];
  const { teams, bots } = visible;
  const isOfTeam = eb.and([eb("r.owner_id", "is not", null), eb("r.owner_id", "in", [...teams])]);
  return [
    ...teams.map((id) => inScope({ ...filter, visible: { teams: [id], bots: [] } })),
    // A bot of one of the teams is left out, because its rows are there already.
    ...bots.map((bot_id) => [...inScope({ ...filter, bot_id }), eb.not(isOfTeam)]),
  ];
}

/** Selects the first rows of a page. Ignores the time, and filters that need the full-text index. */
const inOrder = <O>(
  filter: Filter,
  page: Page,
  select: (where: Expression<SqlBool>) => SelectQueryBuilder<Tables & { r: Tables["log"] }, "r", O>,
) =>
  firstRows(
    eachInScope(filter).map((scope) => select(eb.and([...inRange(page), ...scope]))),
    { by: ["seq"], direction: page.order },
    page.limit,
  );

/** The length of a row's text in bytes. Both databases know it without reading the text. */
const textBytes = sql<number>`octet_length(${eb.ref("r.message")}) + coalesce(octet_length(${eb.ref("r.metadata")}), 0)`;

type Sized = { seq: number; bytes: number };

/** Divides rows into batches that one statement may read. */
function inBatches(sized: readonly Sized[]): number[][] {
  const batches: number[][] = [];
  let left = 0;
  for (const { seq, bytes } of sized) {
    if (bytes > left || batches.length === 0) {
      batches.push([]);
      left = BATCH_BYTES;
    }
    batches.at(-1)!.push(seq);
    left -= bytes;
  }
  return batches;
}

/** Divides the rows with these seqs into batches for `readRows`, in the order of the seqs. */
export async function batchesOf(table: Table, seqs: readonly number[]): Promise<(readonly number[])[]> {
  if (seqs.length <= FEW) return [seqs];
  const sized = await rowsOf(table)
    .select(["r.seq", textBytes.as("bytes")])
    .where("r.seq", "in", inList(seqs))
    .execute();
  const bytes = new Map(sized.map((row) => [row.seq, row.bytes]));
  return inBatches(seqs.map((seq) => ({ seq, bytes: bytes.get(seq) ?? 0 })));
}

/**
 * Reads the first batch of rows in the table's own order. `next` continues after them; null at the end. Ignores the time,
 * and filters that need the full-text index.
 */
export async function readInOrder<T extends Table>(
  table: T,
  filter: Filter,
  page: Page,
): Promise<{ rows: Rows[T][]; next: number | null }> {
  const nextOf = (last: number | undefined, isMore: boolean) => (isMore && last !== undefined ? last : null);
  if (page.limit <= FEW) {
    const rows = await run<T>(inOrder(filter, page, (where) => rowsOf(table).selectAll("r").where(where)));
    return { rows, next: nextOf(rows.at(-1)?.seq, rows.length === page.limit) };
  }
  const sized: Sized[] = await inOrder(filter, page, (where) =>
    rowsOf(table)
      .select(["r.seq", textBytes.as("bytes")])
      .where(where),
  ).execute();
  const [batch = []] = inBatches(sized);
  const rows = await run<T>(
    rowsOf(table).selectAll("r").where("r.seq", "in", inList(batch)).orderBy("r.seq", page.order),
  );
  return { rows, next: nextOf(batch.at(-1), batch.length < sized.length || batch.length === page.limit) };
}

/** Those of the rows with these seqs that have the filter's bot, team and time. */
const withSeqs = (table: Table, filter: Filter, seqs: readonly number[], order: Order) =>
  rowsOf(table)
    .where("r.seq", "in", inList(seqs))
    .where(eb.and([...inScope(filter), ...inTime(filter)]))
    .orderBy("r.seq", order);

/** Reads those of the rows with these seqs that have the filter's bot, team and time. */
export const readRows = <T extends Table>(table: T, filter: Filter, seqs: readonly number[], order: Order) =>
  run<T>(withSeqs(table, filter, seqs, order).selectAll("r"));

/** Reads the same rows as `readRows`, but nothing of them except their seq: for a caller that counts them. */
export const readSeqs = <T extends Table>(table: T, filter: Filter, seqs: readonly number[], order: Order) =>
  run<T>(withSeqs(table, filter, seqs, order).select("r.seq"));

type Span = { count: number; least: number; most: number };

/** Counts the next `page.limit` rows by bot and team, and finds the seqs they lie between. */
export async function countSpan(table: Table, filter: Filter, page: Page): Promise<Span> {
  const next = inOrder(filter, page, (where) => rowsOf(table).select("r.seq").where(where));
  const { count, least, most } = await query()
    .selectFrom(next.as("next"))
    .select(({ fn }) => [fn.countAll<number>().as("count"), fn.min("seq").as("least"), fn.max("seq").as("most")])
    .executeTakeFirstOrThrow();
  return { count, least: least ?? 0, most: most ?? 0 };
}

/**
 * Finds the seqs between which the next `page.limit` rows by bot and team lie, or fewer rows (`size`) if these have more
 * text than one statement may compare.
 */
export async function readSpan(table: Table, filter: Filter, page: Page): Promise<Span & { size: number }> {
  for (let size = page.limit; ; ) {
    const next = inOrder(filter, { ...page, limit: size }, (where) =>
      rowsOf(table)
        .select(["r.seq", textBytes.as("bytes")])
        .where(where),
    );
    const { count, least, most, bytes } = await query()
      .selectFrom(next.as("next"))
      .select(({ fn }) => [
        fn.countAll<number>().as("count"),
        fn.min("seq").as("least"),
        fn.max("seq").as("most"),
        fn.sum<number | null>("bytes").as("bytes"),
      ])
      .executeTakeFirstOrThrow();
    const share = BATCH_BYTES / Math.max(1, bytes ?? 0);
    if (share >= 1 || count <= FEW) return { count, least: least ?? 0, most: most ?? 0, size };
    // Long rows may stand together, so that a share of the rows has more than a share of the text: at most half remain.
    size = Math.max(FEW, Math.floor(count * Math.min(share, 0.5)));
  }
}

/** An ASCII word can be compared by the database. Other text is compared by `fits`, which folds accents. */
function mayHold(word: string, column: "message" | "metadata" = "message"): Expression<SqlBool> {
  const find = sql.raw(db().provider === "sqlite" ? "instr" : "strpos");
  const text = eb.ref(`r.${column}`);
  return sql`(${find}(lower(${text}), ${word}) > 0 or octet_length(${text}) <> length(${text}))`;
}

/** Reads the rows of a range that may match the search; the database leaves out the others. */
export function readCandidates<T extends Table>(table: T, filter: Filter, page: Page) {
  const types = filter.levels?.flatMap((level) => (level === "warning" ? ["warn", level] : [level]));
  const { wholeWords = [], prefix = null } = filter.search ?? {};
  const searched = prefix === null ? wholeWords : [...wholeWords, prefix];
  const held = [
    ...searched.map((word) => mayHold(word)),
    ...(filter.rest?.metadata ?? []).map((text) => mayHold(text, "metadata")),
  ];
  return run<T>(
    rowsOf(table)
      .selectAll("r")
      .where(eb.and([...inRange(page), ...inScope(filter), ...inTime(filter), ...held]))
      .$if(types !== undefined, (rows) => rows.where(({ fn }) => fn<string>("lower", ["r.type"]), "in", types!))
      // Only messages have threads.
      .$if(filter.thread_id !== undefined, (rows) => rows.where("r.thread_id" as "r.type", "=", filter.thread_id!))
      .orderBy("r.seq", page.order)
      .limit(page.limit),
  );
}

/** Selects the seqs of rows that arrived late and whose events are in the filter's time. Reads the index only. */
export const lateRows = (table: Table, { from, to }: Filter, limit: number) =>
  rowsOf(table)
    .select("r.seq")
    .where("r.event_at", "<", sql<number>`${eb.ref("r.at")} - ${sql.lit(LATE_MS)}`)
    .$if(from !== undefined, (rows) => rows.where("r.event_at", ">=", from!))
    .$if(to !== undefined, (rows) => rows.where("r.event_at", "<", to!))
    .limit(limit);

/**
 * Reads the seqs of late rows in a range, of all bots, in the order of seq. Null when more than `limits.seen` rows are
 * late at that time, or more than `limits.found` of them are in the range.
 */
export async function readLate(
  table: Table,
  filter: Filter,
  { above, below }: Range,
  limits: { seen: number; found: number },
): Promise<number[] | null> {
  const late = lateRows(table, filter, limits.seen).as("late");
  const rows = await query()
    .selectFrom(late)
    .select("seq")
    .where("seq", ">", above)
    .where("seq", "<", below)
    .limit(limits.found)
    .execute();
  const { seen } = await query()
    .selectFrom(late)
    .select(({ fn }) => fn.countAll<number>().as("seen"))
    .executeTakeFirstOrThrow();
  if (seen >= limits.seen || rows.length >= limits.found) return null;
  return rows.map((row) => row.seq).sort((a, b) => a - b);
}

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
