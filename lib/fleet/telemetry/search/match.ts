/**
 * The filter of a list or search: written in the query language of each search index, and tested against single rows.
 */
import type { LogRow, MessageRow } from "../store.types";
import { level, matches, type Search, token } from "./tokenize";

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

/** Writes a filter in FTS5's query language. Every word is quoted, so that no user text acts as syntax. */
export function fts5(filter: Filter): string {
  const scopes: string[] = [];
  if (filter.owner_id !== undefined) scopes.push(`"o${filter.owner_id}"`);
  if (filter.bot_id !== undefined) scopes.push(`"b${token(filter.bot_id)}"`);
  if (filter.thread_id !== undefined) scopes.push(`"h${token(filter.thread_id)}"`);
  const terms = scopes.map((scope) => `scope : ${scope}`);
  if (filter.bot_ids) terms.push(`scope : (${filter.bot_ids.map((id) => `"b${token(id)}"`).join(" OR ")})`);
  if (filter.levels) terms.push(`scope : (${filter.levels.map((one) => `"t${token(one)}"`).join(" OR ")})`);
  for (const word of filter.search?.wholeWords ?? []) terms.push(`message : "${word}"`);
  if (filter.search?.prefix) terms.push(`message : "${filter.search.prefix}" *`);
  return terms.join(" AND ");
}

/** Writes a filter as PostgreSQL's tsquery. Bot and owner are columns of its index, so they are not part of the query. */
export function tsquery(filter: Filter): string {
  const terms: string[] = [];
  if (filter.thread_id !== undefined) terms.push(`'H${token(filter.thread_id)}'`);
  if (filter.levels) terms.push(`(${filter.levels.map((one) => `'T${token(one)}'`).join(" | ")})`);
  for (const word of filter.search?.wholeWords ?? []) terms.push(`'${word}'`);
  if (filter.search?.prefix) terms.push(`'${filter.search.prefix}':*`);
  return terms.join(" & ");
}

export function fits(row: LogRow | MessageRow, filter: Filter): boolean {
  if (filter.levels && !("type" in row && filter.levels.includes(level(row.type)))) return false;
  if (filter.thread_id !== undefined && !("thread_id" in row && row.thread_id === filter.thread_id)) return false;
  return !filter.search || matches(row.message, filter.search);
}

export const narrows = (filter: Filter) => Boolean(filter.levels || filter.search) || filter.thread_id !== undefined;
