/**
 * Searches PostgreSQL's index: an array of lexemes per row, with copies of the columns that a filter narrows.
 *
 * Neither way through it is good for every word. Walking seq finds a common word at once, and reads the whole table for one
 * that is rare. The GIN index finds a rare one at once, and collects every row of a common one before it returns the first.
 * PostgreSQL chooses by a guess of how often the word occurs, which for most words it does not know. So a search walks the
 * rows at its beginning. If these show that few rows of the table match, it collects all of them; otherwise it collects from
 * windows that grow.
 *
 * For the beginning of a word, GIN collects the rows of all its words, of the whole table, in each statement. So such a
 * search always walks at first, and tests the beginning on the rows of the other terms if those are rare.
 */
import { query, type SqlBool, sql } from "@/lib/core/db";
import { isVisible } from "@/lib/fleet/bots";
import type { Table } from "../store.types";
import { token } from "./blocks";
import type { Filter, Order, Range } from "./match";
import { withIndex } from "./store.index";

/** The seqs of the first window, which is walked, of the second, and the factor by which each is larger after that. */
const WINDOW = { first: 4_096, second: 524_288, growth: 64 };
/** The first window of a search for a beginning. The rest of its terms are rare if at most this share of its seqs has them. */
const SAMPLE = { first: 1_024, rare: 0.01 };
/** The rows that a search of one bot walks at its beginning: those of the bot, which has an index of its own. */
const OWN = 1_024;
/**
 * If about this many rows or fewer match, one statement collects them all. A window would save some of them, but PostgreSQL
 * then also collects the window's rows from the primary key: 40 ms for half a million, because its figures of the newest rows are old.
 */
const FEW = 5_000;

type WindowPage = Range & { order: Order; limit: number };
const seqsIn = ({ above, below }: Range): number => below - above - 1;

/** The part of a range that begins where the search begins, and the seq from which the rest continues; undefined at the end. */
export function windowOf({ above, below }: Range, order: Order, size: number): { window: Range; rest?: Range } {
  if (seqsIn({ above, below }) <= size) return { window: { above, below } };
  const cut = order === "desc" ? below - size : above + size;
  return order === "desc"
    ? { window: { above: cut - 1, below }, rest: { above, below: cut } }
    : { window: { above, below: cut + 1 }, rest: { above: cut, below } };
}

/** Writes a filter as a tsquery. Bot and team are columns of the index, so they are not part of the query. */
function tsquery(filter: Filter): string {
  const terms: string[] = [];
  if (filter.thread_id !== undefined) terms.push(`'H${token(filter.thread_id)}'`);
  if (filter.levels) terms.push(`(${filter.levels.map((one) => `'T${token(one)}'`).join(" | ")})`);
  for (const word of filter.search?.wholeWords ?? []) terms.push(`'${word}'`);
  if (filter.search?.prefix) terms.push(`'${filter.search.prefix}':*`);
  return terms.join(" & ");
}

function matching(table: Table, filter: Filter, { above, below }: Range, isWalk = false) {
  const { bot_id, bot_ids, visible } = filter;
  const terms = tsquery(filter);
  // No index has the expression, so the rows are walked.
  const doc = isWalk ? sql`coalesce(f.doc, ''::tsvector)` : sql.ref("f.doc");
  return withIndex(query())
    .selectFrom(`${table}_fts as f` as "log_fts as f")
    .select("f.seq")
    .where("f.seq", ">", above)
    .where("f.seq", "<", below)
    .$if(terms !== "", (rows) => rows.where(sql<SqlBool>`${doc} @@ ${terms}::tsquery`))
    .$if(bot_id !== undefined, (rows) => rows.where("f.bot_id", "=", bot_id!))
    .$if(bot_ids !== undefined, (rows) => rows.where("f.bot_id", "in", bot_ids!))
    .$if(visible !== undefined, (rows) => rows.where(isVisible(visible!, "f.owner_id", "f.bot_id")));
}

/** A filter without the beginning of a word. */
const withoutPrefix = (filter: Filter): Filter => ({
  ...filter,
  search: filter.search && { ...filter.search, prefix: null },
});

/** Whether the rest of a filter finds so few rows of a walked window that the beginning of a word is better tested on such rows. */
async function isRareWithoutPrefix(table: Table, filter: Filter, walked: Range): Promise<boolean> {
  const rest = withoutPrefix(filter);
  const { bot_id, bot_ids, visible } = rest;
  if (tsquery(rest) === "" && bot_id === undefined && bot_ids === undefined && visible === undefined) return false;
  const { rows } = await matching(table, rest, walked, true)
    .clearSelect()
    .select(({ fn }) => fn.countAll<number>().as("rows"))
    .executeTakeFirstOrThrow();
  return rows <= SAMPLE.rare * seqsIn(walked);
}

/** The seqs that a search walked at its beginning, what it found there, and the range that is left. */
type Walk = { seqs: number[]; walked: Range; rest?: Range };

async function walkTable(table: Table, filter: Filter, { order, limit, ...range }: WindowPage): Promise<Walk> {
  const { window, rest } = windowOf(range, order, filter.search?.prefix ? SAMPLE.first : WINDOW.first);
  const walked = matching(table, filter, window, true).orderBy("f.seq", order).limit(limit);
  return { seqs: (await walked.execute()).map(({ seq }) => seq), walked: window, rest };
}

/**
 * Walks rows of one bot. A window of the table may have none of them, and all rows of a bot are many: 5,000 of them took 18 ms to
 * find five errors, which are among the newest 250.
 */
async function walkBot(table: Table, filter: Filter, { order, limit, ...range }: WindowPage): Promise<Walk> {
  const { bot_id, visible } = filter;
  const own = matching(table, { bot_id, visible }, range).orderBy("f.seq", order).limit(OWN);
  const terms = tsquery(filter);
  const found = await query()
    .selectFrom(own.select("f.doc").as("own"))
    .select("seq")
    .$if(terms !== "", (rows) => rows.where(sql<SqlBool>`${sql.ref("doc")} @@ ${terms}::tsquery`))
    .orderBy("seq", order)
    .limit(limit)
    .execute();
  const seqs = found.map(({ seq }) => seq);
  if (seqs.length === limit) return { seqs, walked: range };
  const [last] = await query()
    .selectFrom(own.as("own"))
    .select("seq")
    .orderBy("seq", order)
    .offset(OWN - 1)
    .execute();
  if (!last) return { seqs, walked: range };
  const size = order === "desc" ? range.below - last.seq : last.seq - range.above;
  const { window, rest } = windowOf(range, order, size);
  return { seqs, walked: window, rest };
}

/** Selects the rows of a window that match, collected in full before a LIMIT can have a say in how that is done. */
function collected(table: Table, filter: Filter, window: Range, isPrefixTested: boolean) {
  const rows = matching(table, isPrefixTested ? withoutPrefix(filter) : filter, window);
  return query()
    .with(
      (hits) => hits("hits").materialized(),
      () => rows.$if(isPrefixTested, (found) => found.select("f.doc")),
    )
    .selectFrom("hits")
    .select("seq")
    .$if(isPrefixTested, (found) =>
      found.where(sql<SqlBool>`${sql.ref("doc")} @@ ${`'${filter.search?.prefix}':*`}::tsquery`),
    );
}

/** Finds the seqs of the first `limit` indexed rows of a range that match, in the order that is asked for. */
export async function searchWindows(table: Table, filter: Filter, page: WindowPage): Promise<number[]> {
  const { order, limit } = page;
  const walk = filter.bot_id === undefined ? walkTable : walkBot;
  const { seqs, walked, rest: after } = await walk(table, filter, page);
  let left = after;
  if (!left || seqs.length === limit) return seqs;
  const isPrefixTested = Boolean(filter.search?.prefix) && (await isRareWithoutPrefix(table, filter, walked));
  const expected = ((seqs.length + 1) / seqsIn(walked)) * seqsIn(left);
  for (
    let size = expected <= FEW ? Number.POSITIVE_INFINITY : WINDOW.second;
    left && seqs.length < limit;
    size *= WINDOW.growth
  ) {
    const { window, rest } = windowOf(left, order, size);
    const found = await collected(table, filter, window, isPrefixTested)
      .orderBy("seq", order)
      .limit(limit - seqs.length)
      .execute();
    for (const { seq } of found) seqs.push(seq);
    left = rest;
  }
  return seqs;
}
