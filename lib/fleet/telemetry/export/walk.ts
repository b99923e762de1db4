/**
 * Reads rows page by page in the order of an export. Memory use stays bounded, and other work may run between pages.
 */
import { yieldToEventLoop } from "@/lib/core/event-loop";
import { type Filter, narrows, type Order, type Range } from "@/lib/fleet/telemetry/search/match";
import type { Reader } from "@/lib/fleet/telemetry/store.read";

/** A value for "no limit", both for seq and for a number of rows. */
export const END = Number.MAX_SAFE_INTEGER;
/** Pages contain about this much text, whatever the size of their rows. */
const PAGE = { bytes: 1_000_000, least: 20, most: 1_000, first: 100 };

/** The parts of either table's reader that an export uses. */
export type AnyReader<Row> = Pick<Reader<"log">, "within" | "top" | "tally"> & {
  page(filter: Filter, page: Range & { order: Order; limit: number }): Promise<Row[]>;
};

/**
 * Yields the newest `limit` rows that match the filter, in pages (`END`: all of them). Rows stored after the start are
 * left out, so that the walk ends. In ascending order a first pass finds the starting point without keeping rows. The
 * walk yields to the event loop between pages.
 */
export async function* walk<Row extends { seq: number; message: string; metadata: string | null }>(
  reader: AnyReader<Row>,
  filter: Filter,
  limit: number,
  order: Order = "asc",
): AsyncGenerator<Row[]> {
  if (limit === 0) return;
  const range = await reader.within(filter, { above: 0, below: (await reader.top()) + 1 });
  if (order === "asc" && limit !== END) range.above = await beginning(reader, filter, range, limit);
  let size = PAGE.first;
  for (let left = limit; left > 0; ) {
    const rows = await reader.page(filter, { ...range, order, limit: Math.min(size, left) });
    if (rows.length === 0) return;
    yield rows;
    left -= rows.length;
    range[order === "asc" ? "above" : "below"] = rows.at(-1)!.seq;
    const bytes = rows.reduce((sum, row) => sum + 200 + row.message.length + (row.metadata?.length ?? 0), 0);
    const { least, most } = PAGE;
    size = Math.round(Math.min(most, Math.max(least, (PAGE.bytes * rows.length) / bytes)));
    await yieldToEventLoop();
  }
}

/** Returns the seq just before the oldest of the newest `limit` rows that match the filter. */
async function beginning<Row extends { seq: number }>(
  reader: AnyReader<Row>,
  filter: Filter,
  range: Range,
  limit: number,
): Promise<number> {
  // Read and check the rows instead of counting by `seq` when a filter needs their content, or late rows break its order.
  const checked = narrows(filter) || filter.hidden_bots || range.late !== undefined;
  let below = range.below;
  for (let left = limit; left > 0; ) {
    const step = Math.min(left, checked ? 500 : 10_000);
    let count: number;
    let least: number;
    if (checked) {
      const rows = await reader.page(filter, { ...range, below, order: "desc", limit: step });
      count = rows.length;
      least = rows.at(-1)?.seq ?? below;
    } else ({ count, least } = await reader.tally(filter, { above: range.above, below }, step));
    if (count < step) return range.above;
    below = least;
    left -= count;
    await yieldToEventLoop();
  }
  return below - 1;
}

export async function* mapped<A, B>(pages: AsyncIterable<A[]>, map: (row: A) => B): AsyncGenerator<B[]> {
  for await (const rows of pages) yield rows.map(map);
}
