/**
 * Searches PostgreSQL's index: an array of lexemes per row, with copies of the columns that a filter narrows.
 *
 * Neither way through it is good for every word. Walking seq finds a common word at once, and reads the whole table for one
 * that is rare. The GIN index finds a rare one at once, and collects every row of a common one before it returns the first.
 * PostgreSQL chooses by a guess of how often the word occurs, which for most words it does not know. So a search walks the
 * rows at its beginning, and then collects from windows that grow: when a window is reached, the rows before it have shown
 * that the word is rare enough for it.
 */
import { query, type SqlBool, sql } from "@/lib/core/db";
import type { Table } from "../store.types";
import { token } from "./blocks";
import type { Filter, Order, Range } from "./match";
import { withIndex } from "./store.index";

/** The seqs of the first window, which is walked, and the factor by which each is larger than the one before. */
const WINDOW = { first: 8_192, growth: 64 };

/** The part of a range that begins where the search begins, and the seq from which the rest continues; undefined at the end. */
export function windowOf({ above, below }: Range, order: Order, size: number): { window: Range; rest?: Range } {
  if (below - above - 1 <= size) return { window: { above, below } };
  const cut = order === "desc" ? below - size : above + size;
  return order === "desc"
    ? { window: { above: cut - 1, below }, rest: { above, below: cut } }
    : { window: { above, below: cut + 1 }, rest: { above: cut, below } };
}

/** Writes a filter as a tsquery. Bot and owner are columns of the index, so they are not part of the query. */
function tsquery(filter: Filter): string {
  const terms: string[] = [];
  if (filter.thread_id !== undefined) terms.push(`'H${token(filter.thread_id)}'`);
  if (filter.levels) terms.push(`(${filter.levels.map((one) => `'T${token(one)}'`).join(" | ")})`);
  for (const word of filter.search?.wholeWords ?? []) terms.push(`'${word}'`);
  if (filter.search?.prefix) terms.push(`'${filter.search.prefix}':*`);
  return terms.join(" & ");
}

function matching(table: Table, filter: Filter, { above, below }: Range) {
  const { bot_id, bot_ids, owner_id } = filter;
  const terms = tsquery(filter);
  return withIndex(query())
    .selectFrom(`${table}_fts as f` as "log_fts as f")
    .select("f.seq")
    .where("f.seq", ">", above)
    .where("f.seq", "<", below)
    .$if(terms !== "", (rows) => rows.where(sql<SqlBool>`f.doc @@ ${terms}::tsquery`))
    .$if(bot_id !== undefined, (rows) => rows.where("f.bot_id", "=", bot_id!))
    .$if(bot_ids !== undefined, (rows) => rows.where("f.bot_id", "in", bot_ids!))
    .$if(owner_id !== undefined, (rows) => rows.where("f.owner_id", "=", owner_id!));
}

/** Finds the seqs of the first `limit` indexed rows of a range that match, in the order that is asked for. */
export async function searchWindows(
  table: Table,
  filter: Filter,
  { order, limit, ...range }: Range & { order: Order; limit: number },
): Promise<number[]> {
  const seqs: number[] = [];
  let left: Range | undefined = range;
  for (let size = WINDOW.first; left && seqs.length < limit; size *= WINDOW.growth) {
    const { window, rest } = windowOf(left, order, size);
    const rows = matching(table, filter, window);
    const found =
      size === WINDOW.first
        ? rows.orderBy("f.seq", order).limit(limit)
        : // Materialized, so that the LIMIT has no say in how the matches are collected.
          query()
            .with(
              (hits) => hits("hits").materialized(),
              () => rows,
            )
            .selectFrom("hits")
            .select("seq")
            .orderBy("seq", order)
            .limit(limit - seqs.length);
    for (const { seq } of await found.execute()) seqs.push(seq);
    left = rest;
  }
  return seqs;
}
