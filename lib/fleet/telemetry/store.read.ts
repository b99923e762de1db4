/**
 * Reads the log and message tables, by keyset on seq, newest or oldest first.
 *
 * Searching. The index (log_fts, message_fts) contains rows up to a mark; later rows are read and checked one by one. A
 * filter by level, thread or words uses the index, because the table has no order that would find such rows quickly; a
 * filter by bot, owner or time only needs the table.
 */

import { EVENT_FUTURE_MS } from "@/lib/core/contract.time";
import { createBudget, type SearchBudget } from "./search/budget";
import { type Filter, isTested, narrows, type Page, type Range } from "./search/match";
import { type Answer, inTurn, lateSeqs, searchIndexed, searchLate, searchTable } from "./search/scan";
import { markOf } from "./search/store.index";
import { countSpan, LATE_MS, readEnds, readFrom, readInOrder } from "./search/store.statements";
import { readSteps } from "./store.steps";
import type { Table } from "./store.types";

/** The clocks of several processes differ, so times of receipt are only roughly in the order of seq. */
const CLOCK_SLACK_MS = 60_000;

/** Reads by the table's order and its search index, for a range in which times are roughly in the order of seq. */
async function ordered<T extends Table>(
  table: T,
  filter: Filter,
  page: Page,
  budget: SearchBudget,
): Promise<Answer<T>> {
  if (page.below - page.above <= 1) return { rows: [], next: null };
  if (!narrows(filter)) {
    if (isTested(filter)) return searchTable(table, filter, page, budget);
    return readInOrder(table, filter, page);
  }
  const [mark, { low }] = await Promise.all([markOf(table), readEnds(table)]);
  const above = Math.max(page.above, (low ?? 1) - 1);
  const indexed = (limit: number) =>
    searchIndexed(table, filter, { ...page, above, below: Math.min(page.below, mark + 1), limit }, budget);
  const newer = (limit: number) => searchTable(table, filter, { ...page, above: Math.max(above, mark), limit }, budget);
  return inTurn(page.order === "desc" ? [newer, indexed] : [indexed, newer], page.limit);
}

/** Searches a range in the order that the page asks for, until `page.limit` rows are found or the budget is spent. */
async function readPage<T extends Table>(
  table: T,
  filter: Filter,
  page: Page,
  budget: SearchBudget,
): Promise<Answer<T>> {
  const { late = page.below } = page;
  if (page.limit <= 0) return { rows: [], next: null };
  if (late >= page.below) return ordered(table, filter, page, budget);
  const inOrder = (limit: number) => ordered(table, filter, { ...page, below: late, limit }, budget);
  const tooLate = (limit: number) =>
    searchLate(table, filter, { ...page, above: Math.max(page.above, late - 1), limit }, budget);
  return inTurn(page.order === "desc" ? [tooLate, inOrder] : [inOrder, tooLate], page.limit);
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
  const tardy = await lateSeqs(table, filter, { ...narrowed, above: Math.max(narrowed.above, late - 1) });
  return tardy?.length === 0 ? { ...narrowed, below: late } : { ...narrowed, late };
}

/** @param newBudget limits the search of one page */
export const createReader = <T extends Table>(table: T, newBudget: () => SearchBudget = createBudget) => ({
  /**
   * Reads the next rows. `next` is where the page after it begins, null at the end of the range; it may be set although
   * few or no rows were found, because the time that one search may take was over.
   */
  page: (filter: Filter, page: Page): Promise<Answer<T>> => readPage(table, filter, page, newBudget()),
  within: (filter: Filter, range: Range) => within(table, filter, range),

  /** Returns the largest seq stored; 0 when there is none. */
  top: async (): Promise<number> => (await readEnds(table)).high ?? 0,

  /** Returns when the row with this seq, or the next one, was received (epoch ms). */
  receivedAt: async (seq: number): Promise<number | undefined> => (await readFrom(table, seq))?.at,

  /** Counts the next rows that `page` would return. `next` as there. */
  async count(filter: Filter, page: Page): Promise<{ count: number; next: number | null }> {
    const { rows, next } = await readPage(table, filter, { ...page, isCount: true }, newBudget());
    return { count: rows.length, next };
  },

  /** Counts the newest rows by bot and owner, up to `limit`. `next` is the smallest seq among them, null at the end. */
  async tally(filter: Filter, range: Range, limit: number): Promise<{ count: number; next: number | null }> {
    const { count, least } = await countSpan(table, filter, { ...range, order: "desc", limit });
    return { count, next: count < limit ? null : least };
  },
});

export type Reader<T extends Table> = ReturnType<typeof createReader<T>>;
