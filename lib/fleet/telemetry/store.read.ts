/**
 * Reads the log and message tables, by keyset on seq, newest or oldest first.
 *
 * Searching. The index (log_fts, message_fts) contains rows up to a mark; later rows are read and checked one by one. A
 * filter by level, thread or words uses the index, because the table has no order that would find such rows quickly; a
 * filter by bot, owner or time only needs the table.
 */

import { EVENT_FUTURE_MS } from "@/lib/core/contract.time";
import { type Filter, narrows, type Range } from "./search/match";
import { SPAN, scan, scanLate } from "./search/scan";
import { markOf } from "./search/store.index";
import { LATE_MS, type Page, readEnds, readFrom, readIndexed, readInOrder, readSpan } from "./search/store.statements";
import { readSteps } from "./store.steps";
import type { Rows, Table } from "./store.types";

/**
 * The number of newest rows that are searched before the index when a search ends with the beginning of a word. The
 * index first collects every row with a word that begins so, which is slow for a common beginning; but rows with a
 * common one are usually among the newest.
 */
const NEWEST = SPAN;
/** The clocks of several processes differ, so times of receipt are only roughly in the order of seq. */
const CLOCK_SLACK_MS = 60_000;

/** Reads by the table's order and its search index, for a range in which times are roughly in the order of seq. */
async function ordered<T extends Table>(table: T, filter: Filter, page: Page): Promise<Rows[T][]> {
  if (page.limit <= 0 || page.below - page.above <= 1) return [];
  if (!narrows(filter))
    return filter.hidden_bots ? (await scan(table, filter, page)).rows : readInOrder(table, filter, page);
  return page.order === "desc" ? newestFirst(table, filter, page) : oldestFirst(table, filter, page);
}

async function newestFirst<T extends Table>(table: T, filter: Filter, page: Page): Promise<Rows[T][]> {
  const mark = await markOf(table);
  const lookThrough = filter.search?.prefix ? NEWEST : 0;
  let below = page.below;
  let rows: Rows[T][] = [];
  if (lookThrough > 0 || below > mark + 1) {
    const tail = { ...page, above: lookThrough > 0 ? page.above : Math.max(page.above, mark) };
    const found = await scan(table, filter, tail, (seq, seen) => seq <= mark && seen >= lookThrough);
    rows = found.rows;
    if (rows.length === page.limit || (found.next === null && lookThrough > 0)) return rows;
    below = found.next ?? mark + 1;
  }
  const rest = { ...page, below: Math.min(below, mark + 1), limit: page.limit - rows.length };
  return [...rows, ...(await readIndexed(table, filter, rest))];
}

async function oldestFirst<T extends Table>(table: T, filter: Filter, page: Page): Promise<Rows[T][]> {
  const mark = await markOf(table);
  const rows =
    page.above < mark ? await readIndexed(table, filter, { ...page, below: Math.min(page.below, mark + 1) }) : [];
  if (rows.length === page.limit) return rows;
  const tail = { ...page, above: Math.max(page.above, mark), limit: page.limit - rows.length };
  return [...rows, ...(await scan(table, filter, tail)).rows];
}

/** Reads at most `page.limit` matching rows of the range, in the order of seq that the page asks for. */
async function readPage<T extends Table>(table: T, filter: Filter, page: Page): Promise<Rows[T][]> {
  const { late = page.below, limit } = page;
  if (late >= page.below || limit === 0) return ordered(table, filter, page);
  const inOrder = (most: number) => ordered(table, filter, { ...page, below: late, limit: most });
  const tooLate = (most: number) =>
    scanLate(table, filter, { ...page, above: Math.max(page.above, late - 1), limit: most });
  const [first, second] = page.order === "desc" ? [tooLate, inOrder] : [inOrder, tooLate];
  const rows = await first(limit);
  return rows.length === limit ? rows : [...rows, ...(await second(limit - rows.length))];
}

/** Finds the first seq whose time is `at` or later by binary search, in a range in which times grow with seq. */
async function seqAt(table: Table, at: number, { above, below }: Range): Promise<number> {
  let low = above + 1;
  let high = below;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const row = await readFrom(table, middle);
    if (!row || row.at >= at) high = middle;
    else low = row.seq + 1;
  }
  return low;
}

/** Divides a range at the rows before which the clock was set back: within each part, times grow with seq. */
function stretches({ above, below }: Range, steps: readonly number[]): Range[] {
  const starts = [above + 1, ...steps.filter((seq) => seq > above + 1 && seq < below), below];
  return starts.slice(1).map((start, place) => ({ above: starts[place]! - 1, below: start }));
}

/** Finds the first seq of a whole table whose time is `at` or later. */
async function firstSince(table: Table, at: number, rising: readonly Range[]): Promise<number> {
  for (const part of rising) {
    const seq = await seqAt(table, at, part);
    if (seq < part.below) return seq;
  }
  return rising.at(-1)!.below;
}

/** Finds the seq after the last one of a whole table whose time is before `at`. */
async function endBefore(table: Table, at: number, rising: readonly Range[]): Promise<number> {
  for (const part of rising.toReversed()) {
    const seq = await seqAt(table, at, part);
    if (seq > part.above + 1) return seq;
  }
  return rising[0]!.above + 1;
}

/** Narrows a range to the rows whose events can be in the filter's time; the exact times are still compared later. */
async function within(table: Table, filter: Filter, range: Range): Promise<Range> {
  if (filter.from === undefined && filter.to === undefined) return range;
  const [ends, steps] = await Promise.all([readEnds(table), readSteps(table)]);
  if (ends.low === null || ends.high === null) return range;
  const whole = { above: ends.low - 1, below: ends.high + 1 };
  const rising = stretches(whole, steps);
  const above =
    filter.from === undefined
      ? 0
      : (await firstSince(table, filter.from - EVENT_FUTURE_MS - CLOCK_SLACK_MS, rising)) - 1;
  const late =
    filter.to === undefined ? whole.below : await endBefore(table, filter.to + LATE_MS + CLOCK_SLACK_MS, rising);
  const narrowed = { above: Math.max(range.above, above), below: range.below };
  if (late >= Math.min(range.below, whole.below)) return narrowed;
  const [tardy] = await scanLate(table, filter, { ...narrowed, above: late - 1, order: "desc", limit: 1 });
  return tardy ? { ...narrowed, late } : { ...narrowed, below: late };
}

export const createReader = <T extends Table>(table: T) => ({
  page: (filter: Filter, page: Page) => readPage(table, filter, page),
  within: (filter: Filter, range: Range) => within(table, filter, range),

  /** Returns the largest seq stored; 0 when there is none. */
  top: async (): Promise<number> => (await readEnds(table)).high ?? 0,

  /** Counts the newest rows by bot, owner and time, up to `limit`, and returns the smallest seq among them. */
  tally: (filter: Filter, range: Range, limit: number) => readSpan(table, filter, { ...range, order: "desc", limit }),
});

export type Reader<T extends Table> = ReturnType<typeof createReader<T>>;
