/** Serves readers: lists of logs and messages, and the data that bots synced. */

import type { Actor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import { type Listed, rowsOf } from "@/lib/core/pages";
import type { Log, LogQuery, Message, MessageQuery } from "./contract";
import { END } from "./export/walk";
import { type FilterDeps, filterOf } from "./filter";
import { toLog, toMessage } from "./rows";
import type { Filter, Order, Range } from "./search/match";
import type { DataStore } from "./store.data";
import type { Reader } from "./store.read";
import type { Rows, Table } from "./store.types";

type Deps = FilterDeps & { logs: Reader<"log">; messages: Reader<"message">; data: Pick<DataStore, "data"> };
/** `searched_to` is set when the search stopped before it found a whole page: rows received since then are searched. */
type Shown<T> = { items: Listed<T>[]; next_cursor: string | null; searched_to?: string };

/** Returns the range of a page. The cursor is the last id of the previous page, in the order of the pages. */
const rangeOf = ({ order, cursor }: { order?: Order; cursor?: string }): Range =>
  order === "asc" ? { above: Number(cursor ?? 0), below: END } : { above: 0, below: Number(cursor ?? END) };

/** The search may have stopped at a row that the caller may not see, whose exact time is none of their business. */
const toMinute = (at: number): number => at - (at % 60_000);

/** Returns, under a name, the time of receipt back to which a search has come that continues at a seq. */
export async function searchedSince<Name extends string>(
  reader: Pick<Reader<Table>, "receivedAt">,
  next: number,
  name: Name,
): Promise<{ [key in Name]?: string }> {
  const at = await reader.receivedAt(next);
  return at === undefined ? {} : ({ [name]: iso(toMinute(at)) } as { [key in Name]?: string });
}

/** Reads one row more than requested, to find out whether there is a next page. */
async function pageOf<T extends Table, Item>(
  reader: Reader<T>,
  filter: Filter,
  { order, limit, ...range }: Range & { order: Order; limit: number },
  show: (row: Rows[T]) => Item,
): Promise<Shown<Item>> {
  if (limit === 0) return { items: [], next_cursor: null };
  const within = await reader.within(filter, range);
  const { rows, next } = await reader.page(filter, { ...within, order, limit: limit + 1 });
  const items = rows.slice(0, limit).map((row) => ({ row: show(row), cursor: String(row.seq) }));
  if (rows.length > limit) return { items, next_cursor: items.at(-1)!.cursor };
  if (next === null) return { items, next_cursor: null };
  return { items, next_cursor: String(next), ...(await searchedSince(reader, next, "searched_to")) };
}

export function createReadService(deps: Deps) {
  const { logs, messages, data, bots } = deps;

  /** A page as `listLogs` returns it, with the cursor of each row. */
  async function logPage(actor: Actor, query: LogQuery): Promise<Shown<Log>> {
    const filter = await filterOf(deps, actor, query);
    const { order = query.since === undefined ? "desc" : "asc", limit } = query;
    const range = rangeOf({ ...query, order });
    range.above = Math.max(range.above, Number(query.since ?? 0));
    return pageOf(logs, filter, { ...range, order, limit }, toLog);
  }

  /** A page as `listMessages` returns it, with the cursor of each row. */
  async function messagePage(actor: Actor, query: MessageQuery): Promise<Shown<Message>> {
    const filter = await filterOf(deps, actor, query);
    return pageOf(messages, filter, { ...rangeOf(query), order: query.order ?? "desc", limit: query.limit }, toMessage);
  }

  return {
    logPage,
    messagePage,

    /**
     * Logs the actor may see: newest first and paged by `cursor`, or with `since` those with a greater id, oldest first;
     * `order` says otherwise.
     *
     * `level` is one type or several with commas, without case; warn and warning are one. `search` finds words that must
     * all occur, in any order, without case and accents; with `*` after the last, that may be the beginning of one, from
     * three letters on. Parts from within a word are not found, and nothing else in the text is syntax.
     *
     * `next_cursor` is null at the end; with `since` it is the `since` of the next page. A search that takes long returns
     * what it found so far, even nothing, with `searched_to` and a cursor to continue.
     *
     * @throws AppError NOT_FOUND no such bot, or not one the actor may see
     */
    async listLogs(actor: Actor, query: LogQuery) {
      const { items, ...rest } = await logPage(actor, query);
      return { logs: rowsOf(items), count: items.length, ...rest };
    },

    /** Messages the actor may see, newest first unless `order` says otherwise, paged by `cursor`; search as in listLogs. @throws NOT_FOUND */
    async listMessages(actor: Actor, query: MessageQuery) {
      const { items, ...rest } = await messagePage(actor, query);
      return { messages: rowsOf(items), count: items.length, ...rest };
    },

    /** Returns a bot's last synced data and its time (ISO); null when it never synced. @throws NOT_FOUND */
    async data(actor: Actor, botId: string): Promise<{ data: Record<string, unknown>; updated_at: string } | null> {
      await bots.reach(actor, botId, "viewer");
      const stored = await data.data(botId);
      return stored && { data: stored.data, updated_at: iso(stored.at) };
    },
  };
}
