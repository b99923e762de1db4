import { parseInstant, parseTime } from "@/lib/core/contract.time";
import { cutText } from "@/lib/core/format/text";
import type { Log } from "@/lib/fleet/telemetry/contract";
import { FILTER_BOTS_MAX } from "@/lib/fleet/telemetry/contract.constants";
import type { LogFilters } from "@/lib/fleet/telemetry/queries";
import { matches, parseSearch, typedSearch } from "@/lib/fleet/telemetry/queries.search";

/** The meaning of a filter text: the server's filters, the problems of its tokens, and the bots it matches. */
export type ParsedFilter = { filters: LogFilters; problems: string[]; note?: string };

/** Bots that a `bot:` token may name, and the total number of bots. */
type Bots = { bots: readonly { id: string; name: string }[]; count: number };

const TOKEN = /(\w+):("[^"]*"|\S*)|"([^"]*)"|(\S+)/g;
/** The longest search that the server accepts. */
const SEARCH_MAX = 200;
const LEVEL = /^[A-Za-z][\w.-]{0,31}$/;
export const KEYS = ["level", "bot", "after", "before"] as const;

/**
 * Parses a typed time: a span ("1h"), a full timestamp, or a date or time without a zone. The latter is read in the
 * reader's own zone, because the server accepts only times with a zone. Undefined when it is not a time.
 */
function instantOf(text: string): string | undefined {
  if (!Number.isNaN(parseInstant(text, 0))) return text;
  const [, day, time = "00:00"] = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?))?$/.exec(text) ?? [];
  // JavaScript would turn an impossible date such as 31 February into another day, so refuse it.
  if (day === undefined || Number.isNaN(parseTime(`${day}T${time}Z`))) return undefined;
  return new Date(`${day}T${time}`).toISOString();
}

/** The value of the text's `bot:` token; null without one. */
export const botWanted = (text: string): string | null => {
  const [, , quoted] = [...text.matchAll(TOKEN)].find(([, key]) => key === "bot") ?? [];
  return quoted?.replace(/^"|"$/g, "") || null;
};

/**
 * Returns the bots that a text names: the bot with that id, else those with exactly that name, else every bot whose
 * name or id contains the text.
 */
function botsNamed(text: string, { bots, count }: Bots): Pick<ParsedFilter, "filters" | "note"> & { problem?: string } {
  const lower = text.toLowerCase();
  const exact = bots.filter((bot) => bot.id === text || bot.name.toLowerCase() === lower);
  const found =
    exact.length > 0
      ? exact
      : bots.filter((bot) => bot.name.toLowerCase().includes(lower) || bot.id.toLowerCase().includes(lower));
  // The server returns at most one page of bots, so its count may exceed the number of bots listed here.
  const total = exact.length > 0 ? exact.length : count > bots.length ? count : found.length;
  if (found.length === 0) return { filters: {}, problem: `No bot named "${text}"` };
  if (total > found.length || total > FILTER_BOTS_MAX)
    return { filters: {}, problem: `"${text}" matches ${total.toLocaleString("en")} bots: type more of the name` };
  if (found.length === 1) return { filters: { bot_id: found[0]?.id } };
  return {
    filters: { bot_ids: found.map((bot) => bot.id).join() },
    note: `"${text}" matches ${found.length} bots: ${found.map((bot) => bot.name).join(", ")}`,
  };
}

/**
 * Reads `level:error,warning bot:greeter after:1h before:2026-01-31 free words`. A bad value is reported and left out;
 * a word with an unknown key (http://…) is searched for literally.
 */
export function parseFilter(text: string, bots: Bots): ParsedFilter {
  const filters: LogFilters = {};
  const problems: string[] = [];
  const terms: string[] = [];
  let note: string | undefined;
  // The last word may still be typed, unless something follows it.
  let isTyped = false;
  for (const [whole, key, quoted = "", phrase, word] of text.matchAll(TOKEN)) {
    const value = quoted.replace(/^"|"$/g, "");
    isTyped = word !== undefined && text.endsWith(word);
    if (key === undefined || !(KEYS as readonly string[]).includes(key)) {
      terms.push(phrase ?? word ?? whole);
    } else if (value === "") {
      problems.push(`${key}: needs a value`);
    } else if (key === "level") {
      const bad = value.split(",").filter((one) => !LEVEL.test(one));
      if (bad.length > 0) problems.push(`Invalid level: "${bad[0]}"`);
      else filters.level = value;
    } else if (key === "bot") {
      const named = botsNamed(value, bots);
      Object.assign(filters, named.filters);
      note = named.note;
      if (named.problem) problems.push(named.problem);
    } else {
      const instant = instantOf(value);
      if (instant !== undefined) filters[key as "after" | "before"] = instant;
      else problems.push(`Invalid time in ${key}: "${value}" (write 15m, 1h, 7d or 2026-01-31)`);
    }
  }
  const search = cutText(terms.join(" ").trim(), SEARCH_MAX - 1, "");
  if (search) filters.search = isTyped ? typedSearch(search) : search;
  return { filters, problems, note };
}

/** The filter text with one key set to a value, or without it when the value is empty. */
export function withToken(text: string, key: (typeof KEYS)[number], value: string): string {
  const rest = text
    .replace(new RegExp(`(^|\\s)${key}:("[^"]*"|\\S*)`, "g"), " ")
    .replace(/\s+/g, " ")
    .trim();
  if (!value) return rest;
  return `${key}:${/\s/.test(value) ? `"${value}"` : value} ${rest}`.trim();
}

/** Whether a live line fits the filters, as the server would decide. */
export function matchesFilter(log: Log, filters: LogFilters, now: number): boolean {
  if (filters.bot_id && log.bot_id !== filters.bot_id) return false;
  if (filters.bot_ids && !filters.bot_ids.split(",").includes(log.bot_id)) return false;
  if (filters.level && !filters.level.split(",").includes(log.type)) return false;
  const at = Date.parse(log.timestamp);
  if (filters.after && at < parseInstant(filters.after, now)) return false;
  if (filters.before && at > parseInstant(filters.before, now)) return false;
  const search = parseSearch(filters.search);
  return !search || matches(log.message, search);
}
