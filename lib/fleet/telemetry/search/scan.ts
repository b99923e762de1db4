/** Scans rows that no index narrows down, in steps that yield to the event loop. */
import { yieldToEventLoop } from "@/lib/core/event-loop";
import type { Rows, Table } from "../store.types";
import { type Filter, fits } from "./match";
import { type Page, readCandidates, readLate, readSpan } from "./store.statements";

/**
 * The number of rows that the database searches in one statement, and that are checked before yielding to the event
 * loop.
 */
export const SPAN = 2_000;
const CANDIDATES = 400;

/**
 * Searches rows in order, a span at a time, until `page.limit` rows match, the range ends or `enough` returns true.
 * `next` is where the rest begins; null at the end of the range.
 */
export async function scan<T extends Table>(
  table: T,
  filter: Filter,
  page: Page,
  enough: (seq: number, seen: number) => boolean = () => false,
): Promise<{ rows: Rows[T][]; next: number | null }> {
  const rows: Rows[T][] = [];
  const { order, limit } = page;
  const left = { above: page.above, below: page.below };
  const shown = { ...filter, hidden_bots: undefined };
  for (let seen = 0; ; ) {
    // Hidden rows count: a statement that passed over all rows of a bot that is being deleted could take a second.
    const { count, least, most } = await readSpan(table, shown, { ...left, order, limit: SPAN });
    if (count === 0) return { rows, next: null };
    const within = { above: Math.max(left.above, least - 1), below: Math.min(left.below, most + 1) };
    for (let found: Rows[T][] | undefined; !found || found.length === CANDIDATES; ) {
      found = await readCandidates(table, filter, { ...within, order, limit: CANDIDATES });
      for (const row of found) {
        if (fits(row, filter)) rows.push(row);
        if (rows.length === limit) return { rows, next: row.seq };
      }
      moveOn(within, order, found.at(-1)?.seq);
      await yieldToEventLoop();
    }
    if (count < SPAN) return { rows, next: null };
    seen += count;
    const end = order === "desc" ? least : most;
    moveOn(left, order, end);
    if (enough(end, seen)) return { rows, next: end };
  }
}

/** Finds at most `page.limit` rows that arrived late and match the filter. */
export async function scanLate<T extends Table>(table: T, filter: Filter, page: Page): Promise<Rows[T][]> {
  const fitting: Rows[T][] = [];
  const range = { above: page.above, below: page.below };
  for (;;) {
    const found = await readLate(table, filter, { ...range, order: page.order, limit: CANDIDATES });
    for (const row of found) {
      if (fits(row, filter)) fitting.push(row);
      if (fitting.length === page.limit) return fitting;
    }
    if (found.length < CANDIDATES) return fitting;
    moveOn(range, page.order, found.at(-1)?.seq);
    await yieldToEventLoop();
  }
}

/** Narrows a range to the rows after the seq that was read last. */
function moveOn(range: { above: number; below: number }, order: Page["order"], last: number | undefined): void {
  if (last !== undefined) range[order === "desc" ? "below" : "above"] = last;
}
