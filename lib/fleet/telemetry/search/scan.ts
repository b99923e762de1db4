/** Scans rows that no index narrows down, in steps that yield to the event loop. */
import { yieldToEventLoop } from "@/lib/core/event-loop";
import type { Rows, Table } from "../store.types";
import { type Filter, fits } from "./match";
import { type Page, readCandidates, readLate, readSpan } from "./store.statements";

/** Rows the database looks through in one go, and rows of these checked in one go. */
export const SPAN = 2_000;
const CANDIDATES = 400;

/**
 * Looks through rows in order, a span at a time, until `page.limit` fit, the range ends or `enough` says so.
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
  for (let seen = 0; ; ) {
    const { count, least, most } = await readSpan(table, filter, { ...left, order, limit: SPAN });
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

/** Finds the rows that came late and fit the filter, `page.limit` at most. */
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

/** Narrows a range to what comes after the seq that was read last. */
function moveOn(range: { above: number; below: number }, order: Page["order"], last: number | undefined): void {
  if (last !== undefined) range[order === "desc" ? "below" : "above"] = last;
}
