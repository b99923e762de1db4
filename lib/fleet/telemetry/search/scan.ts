/** Searches a range of rows, in statements of bounded size, until enough rows are found or the budget is spent. */
import type { Rows, Table } from "../store.types";
import type { Budget } from "./budget";
import { type Filter, fits, moveOn, narrows, type Page, type Range } from "./match";
import { searchIndex } from "./store.find";
import { CANDIDATES, readCandidates, readLate, readRows, readSpan } from "./store.statements";

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

/** Searches rows in the table's order, a span at a time. */
export async function searchTable<T extends Table>(
  table: T,
  filter: Filter,
  { order, limit, ...range }: Page,
  budget: Budget,
): Promise<Answer<T>> {
  const rows: Rows[T][] = [];
  const left = { above: range.above, below: range.below };
  // Hidden rows count: a statement that passed over all rows of a bot that is being deleted could take a second.
  const counted = { ...filter, hidden_bots: undefined };
  // Most rows fit a filter that does not narrow, so begin with as many as are wanted.
  for (let size = narrows(filter) ? SPAN : Math.min(limit, SPAN); !isEmpty(left); size = SPAN) {
    const { count, least, most } = await readSpan(table, counted, { ...left, order, limit: size });
    if (count === 0) break;
    const within = { above: Math.max(left.above, least - 1), below: Math.min(left.below, most + 1) };
    for (let found: Rows[T][] | undefined; !found || found.length === CANDIDATES; ) {
      found = await readCandidates(table, filter, { ...within, order, limit: CANDIDATES });
      for (const row of found) {
        if (fits(row, filter)) rows.push(row);
        if (rows.length === limit) return { rows, next: row.seq };
      }
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
  { order, limit, ...range }: Page,
  budget: Budget,
): Promise<Answer<T>> {
  const rows: Rows[T][] = [];
  const left = { above: range.above, below: range.below };
  while (!isEmpty(left)) {
    const page = { ...left, order, limit: limit - rows.length };
    const { seqs, next, isExact } = await searchIndex(table, filter, page);
    if (seqs === null) {
      const untested =
        next === null ? page : { ...page, ...(order === "desc" ? { above: next - 1 } : { below: next + 1 }) };
      const tested = await searchTable(table, filter, untested, budget);
      rows.push(...tested.rows);
      if (tested.next !== null) return { rows, next: tested.next };
    } else if (seqs.length > 0) {
      const found = await readRows(table, filter, seqs, order);
      rows.push(...(isExact ? found : found.filter((row) => fits(row, filter))));
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
  budget: Budget,
): Promise<Answer<T>> {
  const seqs = await lateSeqs(table, filter, page);
  if (seqs === null) return searchTable(table, filter, page, budget);
  if (page.order === "desc") seqs.reverse();
  const rows: Rows[T][] = [];
  for (let from = 0; from < seqs.length; from += CANDIDATES) {
    for (const row of await readRows(table, filter, seqs.slice(from, from + CANDIDATES), page.order)) {
      if (fits(row, filter)) rows.push(row);
      if (rows.length === page.limit) return { rows, next: row.seq };
    }
    if (await budget.isSpent()) return { rows, next: seqs[Math.min(from + CANDIDATES, seqs.length) - 1]! };
  }
  return { rows, next: null };
}
