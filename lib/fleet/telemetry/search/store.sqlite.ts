/** Searches SQLite's index, FTS5, one block of rows per statement. */
import { query, type SqlBool, sql } from "@/lib/core/db";
import type { Table } from "../store.types";
import { blockOf, nameOf, seqsOf, token } from "./blocks";
import type { Filter, Page } from "./match";
import { type Found, withIndex } from "./store.index";
import { CANDIDATES } from "./store.statements";

/** A query names at most this many words of a search, the longest ones, because each adds to the time of a statement. */
const MAX_WORDS = 6;
/** The beginning of a word stands for its words if they are at most this many. */
const MAX_ENDINGS = 16;
/** FTS5 collects all rows of a beginning before it returns the first; a statement may collect this many. */
const MAX_COLLECTED = 20_000;
/**
 * A term of so few rows in a block is searched for alone, and its rows are tested. FTS5 needs up to 70 µs to find in the list of
 * a common term whether one row has it; reading and testing the row takes 5 µs.
 */
const MAX_RARE = 256;

/** Quotes a term of a block, so that no text of a caller acts as syntax. */
const quoted = (name: string, terms: readonly string[]): string => {
  const list = terms.map((term) => `"${name}${term}"`).join(" OR ");
  return terms.length === 1 ? list : `(${list})`;
};

/** The scope of a filter as terms, of which each list must have one that matches. */
function scopesOf({ visible, bot_id, bot_ids, thread_id, levels }: Filter): string[][] {
  return [
    ...(visible === undefined
      ? []
      : [[...visible.teams.map((id) => `_o${id}`), ...visible.bots.map((id) => `_b${token(id)}`)]]),
    ...(bot_id === undefined ? [] : [[`_b${token(bot_id)}`]]),
    ...(bot_ids === undefined ? [] : [bot_ids.map((id) => `_b${token(id)}`)]),
    ...(thread_id === undefined ? [] : [[`_h${token(thread_id)}`]]),
    ...(levels === undefined ? [] : [levels.map((level) => `_t${token(level)}`)]),
  ];
}

const termsFrom = (table: Table, from: string, until: string) =>
  withIndex(query())
    .selectFrom(`${table}_fts_terms`)
    .select("term")
    .where("term", ">=", from)
    .where("term", "<", until);

/**
 * Writes the beginning of a word in FTS5's query language. Null when no word of the block begins so; undefined when so
 * many rows have such a word that a query would take too long, and reading the rows finds some soon.
 */
async function beginning(table: Table, start: string): Promise<string | null | undefined> {
  // Terms consist of digits, letters and "_": "0" sorts before all of them, "~" after.
  const until = `${start}~`;
  const terms: string[] = [];
  for (let from = start; terms.length <= MAX_ENDINGS; from = `${terms.at(-1)}0`) {
    const next = await termsFrom(table, from, until).limit(1).executeTakeFirst();
    if (!next) return terms.length === 0 ? null : quoted("", terms);
    terms.push(next.term);
  }
  const { rows } = await query()
    .selectFrom(termsFrom(table, start, until).limit(MAX_COLLECTED).as("found"))
    .select(({ fn }) => fn.countAll<number>().as("rows"))
    .executeTakeFirstOrThrow();
  return rows < MAX_COLLECTED ? `"${start}" *` : undefined;
}

/** Selects the rows that match a query of FTS5, as `f`. */
const rowsWith = (table: Table, text: string) =>
  withIndex(query())
    .selectFrom(`${table}_fts as f` as "log_fts as f")
    .where(sql<SqlBool>`${sql.ref(`f.${table}_fts`)} match ${text}`);

/** Finds a term that so few rows of its block have that these can be tested. Null when a term has no row. */
async function rareOf(table: Table, terms: readonly string[]): Promise<string | null | undefined> {
  for (const term of terms) {
    const { rows } = await query()
      .selectFrom(
        rowsWith(table, term)
          .select("f.rowid")
          .limit(MAX_RARE + 1)
          .as("found"),
      )
      .select(({ fn }) => fn.countAll<number>().as("rows"))
      .executeTakeFirstOrThrow();
    if (rows === 0) return null;
    if (rows <= MAX_RARE) return term;
  }
  return undefined;
}

/** Writes the part of a filter that the index of a block can answer. Null when no row of the block can match. */
async function matchOf(
  table: Table,
  filter: Filter,
  block: number,
): Promise<{ text: string; isExact: boolean } | null> {
  const name = nameOf(block);
  const { wholeWords = [], prefix = null } = filter.search ?? {};
  // Long words are rarer than short ones.
  const searched = wholeWords.toSorted((a, b) => b.length - a.length).slice(0, MAX_WORDS);
  const terms = [...searched.map((word) => [word]), ...scopesOf(filter)].map((either) => quoted(name, either));
  const begun = prefix === null ? undefined : await beginning(table, name + prefix);
  if (begun === null) return null;
  const rare = terms.length + (begun ? 1 : 0) > 1 ? await rareOf(table, terms) : undefined;
  if (rare === null) return null;
  if (rare) return { text: rare, isExact: false };
  if (begun) terms.push(begun);
  return {
    text: terms.join(" AND "),
    isExact: searched.length === wholeWords.length && (prefix === null || begun !== undefined),
  };
}

/** FTS5 heeds a bound of rowid only if it is an integer, and the driver sends numbers as floating-point values. */
const integer = (value: number) => sql<number>`cast(${value} as integer)`;

/** Searches the first block of a range, in the order of the page. */
export async function searchBlock(table: Table, filter: Filter, page: Page): Promise<Found> {
  const isDescending = page.order === "desc";
  const block = blockOf(isDescending ? page.below - 1 : page.above + 1);
  const { first, end } = seqsOf(block);
  const above = Math.max(page.above, first - 1);
  const below = Math.min(page.below, end);
  const after = isDescending ? above + 1 : below - 1;
  const next = (isDescending ? above > page.above : below < page.below) ? after : null;
  const match = await matchOf(table, filter, block);
  if (match === null) return { seqs: [], next, isExact: true };
  if (match.text === "") return { seqs: null, next, isExact: false };
  // Few of the rows may match when they have to be tested, so read many: five at a time took 14 ms for the errors of one bot.
  const limit = match.isExact ? page.limit : CANDIDATES;
  const seq = sql.ref<number>("f.rowid");
  const found = await rowsWith(table, match.text)
    .select(seq.as("seq"))
    .where(seq, ">", integer(above))
    .where(seq, "<", integer(below))
    .orderBy(seq, page.order)
    .limit(limit)
    .execute();
  const seqs = found.map((row) => row.seq);
  return { seqs, next: seqs.length === limit ? seqs.at(-1)! : next, isExact: match.isExact };
}
