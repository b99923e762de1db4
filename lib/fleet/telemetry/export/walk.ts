/**
 * Reads rows page by page in the order of an export. Memory use stays bounded, and other work may run between pages.
 */
import { yieldToEventLoop } from "@/lib/core/event-loop";
import { type Filter, isTested, moveOn, narrows, type Order, type Range } from "@/lib/fleet/telemetry/search/match";
import type { Reader } from "@/lib/fleet/telemetry/store.read";
import type { Rows, Table } from "@/lib/fleet/telemetry/store.types";

/** A value for "no limit", both for seq and for a number of rows. */
export const END = Number.MAX_SAFE_INTEGER;
/** Pages contain about this much text, whatever the size of their rows, so that one takes a few milliseconds. */
const PAGE = { bytes: 250_000, least: 20, most: 500, first: 100 };
/** Rows that are counted at once. Most of them are counted in an index, where beginning a statement costs most. */
const COUNTED = { filtered: 2_000, all: 10_000 };

/**
 * Yields the newest `limit` rows that match the filter, in pages (`END`: all of them). Rows stored after the start are
 * left out, so that the walk ends. In ascending order a first pass finds the starting point without keeping rows. The
 * walk yields to the event loop between pages.
 */
export async function* walk<T extends Table>(
  reader: Reader<T>,
  filter: Filter,
  limit: number,
  order: Order = "asc",
): AsyncGenerator<Rows[T][]> {
  if (limit === 0) return;
  const range = await reader.within(filter, { above: 0, below: (await reader.top()) + 1 });
  if (order === "asc" && limit !== END) range.above = await beginning(reader, filter, range, limit);
  let size = PAGE.first;
  for (let left = limit; left > 0; ) {
    const { rows, next } = await reader.page(filter, { ...range, order, limit: Math.min(size, left) });
    if (rows.length > 0) {
      yield rows;
      left -= rows.length;
      const bytes = rows.reduce((sum, row) => sum + 200 + row.message.length + (row.metadata?.length ?? 0), 0);
      const { least, most } = PAGE;
      size = Math.round(Math.min(most, Math.max(least, (PAGE.bytes * rows.length) / bytes)));
    }
    if (next === null) return;
    moveOn(range, order, next);
    await yieldToEventLoop();
  }
}

/** Returns the seq just before the oldest of the newest `limit` rows that match the filter. */
async function beginning<T extends Table>(
  reader: Reader<T>,
  filter: Filter,
  range: Range,
  limit: number,
): Promise<number> {
  // A range of no more seqs than rows are wanted needs no start.
  if (range.below - range.above - 1 <= limit) return range.above;
  const rest = { ...range };
  for (let left = limit; left > 0; ) {
    // Read and check the rows instead of counting them by `seq` when a filter needs their content or their time.
    const { count, next } =
      narrows(filter) || isTested(filter)
        ? await reader.count(filter, { ...rest, order: "desc", limit: Math.min(left, COUNTED.filtered) })
        : await reader.tally(filter, rest, Math.min(left, COUNTED.all));
    left -= count;
    if (next === null) return range.above;
    moveOn(rest, "desc", next);
    await yieldToEventLoop();
  }
  return rest.below - 1;
}

export async function* mapped<A, B>(pages: AsyncIterable<A[]>, map: (row: A) => B): AsyncGenerator<B[]> {
  for await (const rows of pages) yield rows.map(map);
}
