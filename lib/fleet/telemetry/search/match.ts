/** The filter of a list or search, and its test against single rows. */
import type { LogRow, MessageRow } from "../store.types";
import { level, matches, type Search } from "./tokenize";

/**
 * `levels` as level() returns them; `from` (inclusive) and `to` (exclusive) limit the time of the event, in epoch ms.
 */
export type Filter = {
  bot_id?: string;
  bot_ids?: string[];
  owner_id?: number;
  /** Leaves out the rows of these bots, which are being deleted. */
  hidden_bots?: string[];
  levels?: string[];
  thread_id?: string;
  search?: Search;
  from?: number;
  to?: number;
};
/**
 * Exclusive bounds of seq. From the seq `late` on, only rows that arrived late can match; they are found by an index of
 * their own.
 */
export type Range = { above: number; below: number; late?: number };
/** `asc` is oldest first, `desc` newest first. */
export type Order = "asc" | "desc";
export type Page = Range & { order: Order; limit: number };

export function fits(row: LogRow | MessageRow, filter: Filter): boolean {
  if (filter.levels && !("type" in row && filter.levels.includes(level(row.type)))) return false;
  if (filter.thread_id !== undefined && !("thread_id" in row && row.thread_id === filter.thread_id)) return false;
  return !filter.search || matches(row.message, filter.search);
}

/** Whether a filter needs the index, because the table has no order that finds its rows quickly. */
export const narrows = (filter: Filter) =>
  Boolean(filter.levels || filter.search || filter.bot_ids) || filter.thread_id !== undefined;

/** Narrows a range to the rows after the seq that was read last. */
export function moveOn(range: Range, order: Order, last: number | undefined): void {
  if (last !== undefined) range[order === "desc" ? "below" : "above"] = last;
}
