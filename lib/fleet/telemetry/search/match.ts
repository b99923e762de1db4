/** The filter of a list or search, and its test against single rows. */
import type { VisibleBots } from "@/lib/identity/access";
import type { Line } from "../query/line";
import type { Expression } from "../query/regex";
import { asObject } from "../rows";
import type { LogRow, MessageRow } from "../store.types";
import { level, matches, type Search } from "./tokenize";

/** The part of a filter that no index can find: each row that the rest of the filter finds is tested for it. */
export type Rest = {
  test(line: Line): boolean;
  /** Texts in lower-case ASCII that the metadata of a matching row contains, by which the database leaves out others. */
  metadata: string[];
  /** Tested last, in a thread of their own. */
  expressions: Expression[];
};

/**
 * `levels` as level() returns them; `from` (inclusive) and `to` (exclusive) limit the time of the event, in epoch ms.
 */
export type Filter = {
  bot_id?: string;
  bot_ids?: string[];
  /** The bots that the reader may see; undefined for every bot. */
  visible?: VisibleBots;
  /** Leaves out the rows of these bots, which are being deleted. */
  hidden_bots?: string[];
  levels?: string[];
  thread_id?: string;
  search?: Search;
  rest?: Rest;
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
/** `isCount` is set when the rows are only counted: where no test needs more, nothing but their seq is read. */
export type Page = Range & { order: Order; limit: number; isCount?: boolean };

export function fits(row: LogRow | MessageRow, filter: Filter): boolean {
  if (filter.levels && !("type" in row && filter.levels.includes(level(row.type)))) return false;
  if (filter.thread_id !== undefined && !("thread_id" in row && row.thread_id === filter.thread_id)) return false;
  if (filter.search && !matches(row.message, filter.search)) return false;
  return !filter.rest || ("type" in row && filter.rest.test(lineOf(row)));
}

/** Reads the metadata of a row only if a test looks at it. */
const lineOf = (row: LogRow): Line => ({
  ...{ type: row.type, message: row.message, bot_id: row.bot_id },
  get metadata() {
    return asObject(row.metadata);
  },
});

/** Whether a filter needs the index, because the table has no order that finds its rows quickly. */
export const narrows = (filter: Filter) =>
  Boolean(filter.levels || filter.search || filter.bot_ids) || filter.thread_id !== undefined;

/** Whether rows of the table's order, or of the index, must be read and tested before they count. */
export const isTested = ({ rest, from, to, hidden_bots }: Filter) =>
  Boolean(rest || hidden_bots) || from !== undefined || to !== undefined;

/** Narrows a range to the rows after the seq that was read last. */
export function moveOn(range: Range, order: Order, last: number | undefined): void {
  if (last !== undefined) range[order === "desc" ? "below" : "above"] = last;
}
