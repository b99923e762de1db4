/** Searches a range of rows, in statements of bounded size, until enough rows are found or the budget is spent. */
import type { Rows, Table } from "../store.types";
import type { Budget, SearchBudget } from "./budget";
import { type Filter, fits, moveOn, narrows, type Page, type Range } from "./match";
import { testTexts } from "./regex.thread";
import { searchIndex } from "./store.find";
import {
  BATCH_BYTES,
  batchesOf,
  CANDIDATES,
  readCandidates,
  readLate,
  readRows,
  readSeqs,
  readSpan,
} from "./store.statements";

/** The number of rows that the database searches in one statement. */
const SPAN = 1_000;
/** More late rows than these are found in the table's order, because one statement would read too many of them. */
const LATE = { seen: 100_000, found: 2_000 };

/** The rows that were found, and where the rest begins (an exclusive bound of seq); null at the end of the range. */
export type Answer<T extends Table> = { rows: Rows[T][]; next: number | null };

const isEmpty = ({ above, below }: Range) => below - above <= 1;

/** Runs searches of adjacent ranges until `limit` rows are found. */
export async function inTurn<T extends Table>(
  searches: readonly ((limit: number) => Promise<Answer<T>>)[],
  limit: number,
): Promise<Answer<T>> {
  const rows: Rows[T][] = [];
  for (const search of searches) {
    const answer = await search(limit - rows.length);
    rows.push(...answer.rows);
    if (answer.next !== null) return { rows, next: answer.next };
    if (rows.length === limit) return { rows, next: rows.at(-1)!.seq };
  }
  return { rows, next: null };
}

/** Rows that match. If the budget was spent before all were tested, `stopped` is the seq of the last one that was. */
type Tested<T extends Table> = { found: Rows[T][]; stopped?: number };

/** Tests rows for all but expressions. One row may take milliseconds, so others go first between any two of them. */
async function fitting<T extends Table>(rows: Rows[T][], filter: Filter, budget: Budget): Promise<Tested<T>> {
  if (!filter.search && !filter.rest) return { found: rows.filter((row) => fits(row, filter)) };
  const found: Rows[T][] = [];
  const last = rows.at(-1);
  for (const row of rows) {
    if (fits(row, filter)) found.push(row);
    if (row !== last && (await budget.isSpent())) return { found, stopped: row.seq };
  }
  return { found };
}

async function tested<T extends Table>(rows: Rows[T][], filter: Filter, search: SearchBudget): Promise<Tested<T>> {
  const budget = search.forRows();
  const { found: left, stopped } = await fitting(rows, filter, budget);
  const { expressions = [] } = filter.rest ?? {};
  if (expressions.length === 0) return { found: left, stopped };
  const found: Rows[T][] = [];
  for (let at = 0; at < left.length; ) {
    const hits = await testTexts(
      expressions,
      left.slice(at).map((row) => row.message),
    );
    found.push(...left.slice(at, at + hits.length).filter((_, place) => hits[place]));
    at += hits.length;
    if (at < left.length && (await budget.isSpent())) return { found, stopped: left[at - 1]!.seq };
  }
  return { found, stopped };
}

/** The rows of an answer. There are enough when their number or their text reaches a limit. */
function gather<T extends Table>(limit: number) {
  const rows: Rows[T][] = [];
  let bytes = 0;
  return {
    rows,
    /** Adds rows until there are enough. Returns where the rest begins if there are, or if the search stopped. */
    add({ found, stopped }: Tested<T>): number | undefined {
      for (const row of found) {
        rows.push(row);
        // Rows that are only counted have no text.
        bytes += (row.message?.length ?? 0) + (row.metadata?.length ?? 0);
        if (rows.length === limit || bytes >= BATCH_BYTES) return row.seq;
      }
      return stopped;
    },
  };
}

/** Searches rows in the table's order, a span at a time. */
export async function searchTable<T extends Table>(
  table: T,
  filter: Filter,
  { order, limit, ...range }: Page,
  budget: SearchBudget,
): Promise<Answer<T>> {
  const { rows, add } = gather<T>(limit);
  const left = { above: range.above, below: range.below };
  // Hidden rows count: a statement that passed over all rows of a bot that is being deleted could take a second.
  const counted = { ...filter, hidden_bots: undefined };
  // Most rows fit a filter that does not narrow, so begin with as many as are wanted.
  let asked = narrows(filter) || filter.rest ? SPAN : Math.min(limit, SPAN);
  while (!isEmpty(left)) {
    const { count, least, most, size } = await readSpan(table, counted, { ...left, order, limit: asked });
    // Rows near long ones are often long, so ask for few of them at first.
    asked = size < asked ? Math.min(SPAN, size * 2) : SPAN;
    if (count === 0) break;
    const within = { above: Math.max(left.above, least - 1), below: Math.min(left.below, most + 1) };
    for (let found: Rows[T][] | undefined; !found || found.length === CANDIDATES; ) {
      found = await readCandidates(table, filter, { ...within, order, limit: CANDIDATES });
      const next = add(await tested(found, filter, budget));
      if (next !== undefined) return { rows, next };
      moveOn(within, order, found.at(-1)?.seq);
      if (found.length === CANDIDATES && (await budget.isSpent())) return { rows, next: found.at(-1)!.seq };
    }
    if (count < size) break;
    moveOn(left, order, order === "desc" ? least : most);
    if (await budget.isSpent()) return { rows, next: order === "desc" ? least : most };
  }
  return { rows, next: null };
}

/** Searches rows that are in the index. */
export async function searchIndexed<T extends Table>(
  table: T,
  filter: Filter,
  { order, limit, isCount, ...range }: Page,
  budget: SearchBudget,
): Promise<Answer<T>> {
  const { rows, add } = gather<T>(limit);
  const left = { above: range.above, below: range.below };
  while (!isEmpty(left)) {
    // Few of the tested rows may match, so ask for many.
    const page = { ...left, order, limit: filter.rest ? CANDIDATES : limit - rows.length };
    const { seqs, next, isExact: isFound } = await searchIndex(table, filter, page);
    const isExact = isFound && !filter.rest;
    if (seqs === null) {
      const untested =
        next === null ? page : { ...page, ...(order === "desc" ? { above: next - 1 } : { below: next + 1 }) };
      const walked = await searchTable(table, filter, { ...untested, limit: limit - rows.length }, budget);
      const stop = add({ found: walked.rows, stopped: walked.next ?? undefined });
      if (stop !== undefined) return { rows, next: stop };
    } else if (seqs.length > 0) {
      const [read, batches] = isExact && isCount ? [readSeqs<T>, [seqs]] : [readRows<T>, await batchesOf(table, seqs)];
      for (const [place, batch] of batches.entries()) {
        if (place > 0 && (await budget.isSpent())) return { rows, next: batches[place - 1]!.at(-1)! };
        const found = await read(table, filter, batch, order);
        const stop = add(isExact ? { found } : await tested(found, filter, budget));
        if (stop !== undefined) return { rows, next: stop };
      }
    }
    if (next === null) break;
    if (rows.length === limit || (await budget.isSpent())) return { rows, next };
    moveOn(left, order, next);
  }
  return { rows, next: null };
}

export const lateSeqs = (table: Table, filter: Filter, range: Range) => readLate(table, filter, range, LATE);

/** Searches rows that arrived late. */
export async function searchLate<T extends Table>(
  table: T,
  filter: Filter,
  page: Page,
  budget: SearchBudget,
): Promise<Answer<T>> {
  const seqs = await lateSeqs(table, filter, page);
  if (seqs === null) return searchTable(table, filter, page, budget);
  if (page.order === "desc") seqs.reverse();
  const { rows, add } = gather<T>(page.limit);
  for (let from = 0; from < seqs.length; from += CANDIDATES)
    for (const batch of await batchesOf(table, seqs.slice(from, from + CANDIDATES))) {
      const next = add(await tested(await readRows(table, filter, batch, page.order), filter, budget));
      if (next !== undefined) return { rows, next };
      if (await budget.isSpent()) return { rows, next: batch.at(-1)! };
    }
  return { rows, next: null };
}
