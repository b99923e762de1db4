/** The filter of a list or search: in the query language of either search index, and checked on a row. */
import type { LogRow, MessageRow } from "../store.types";
import { level, matches, type Search, token } from "./tokenize";

/** `levels` as level() gives them; `from` inclusive and `to` exclusive, epoch milliseconds of when it happened. */
export type Filter = {
  bot_id?: string;
  bot_ids?: string[];
  owner_id?: number;
  levels?: string[];
  thread_id?: string;
  search?: Search;
  from?: number;
  to?: number;
};
/** Exclusive bounds of seq. From `late` on only rows that came late can fit, and these are found by their own index. */
export type Range = { above: number; below: number; late?: number };
/** Oldest or newest first. */
export type Order = "asc" | "desc";

/** FTS5's query language, made of quoted words only. */
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
