import { quotedValue } from "@/lib/fleet/telemetry/queries.search";

/** An entry of the list below the query: the text it puts in, and a note beside it. */
export type Suggestion = { text: string; note?: string };
/** The part of the query before the cursor, which an entry replaces. */
type Place = { from: number; to: number };
export type Suggestions = Place & {
  items: Suggestion[];
  /** The beginning of a bot's name, for which bots are to be looked up. */
  bot?: string;
};

/** The levels, and the values of the metadata by key, that the loaded lines have. */
export type Seen = { levels: readonly string[]; fields: ReadonlyMap<string, readonly string[]> };

/** A key with a value that is still typed: `-`, the key, values before a comma, an open quote, the value's beginning. */
const VALUE = /(?:^|\s)-?([A-Za-z_][\w.-]*):((?:"[^"]*"|[^\s",])*,)?("?)([^",]*)$/;
const NAME = /(?:^|\s)-?([A-Za-z_][\w.-]*)?$/;
const ITEMS_MAX = 8;

const KEY_NOTES: [string, string, boolean][] = [
  ["level:", "error,warning", false],
  ["bot:", "a name, or a part of one", true],
  ["after:", "1h, 7d, 2026-01-31", false],
  ["before:", "1h, 7d, 2026-01-31", false],
  ["cmd:", "the id of a command", false],
];
const SPANS = ["15m", "1h", "6h", "24h", "7d", "30d"];

const startsWith = (text: string, start: string) => text.toLowerCase().startsWith(start.toLowerCase());

/** Suggests keys while one is typed. */
function keysFor(start: string, { fields }: Seen, isOneBot: boolean): Suggestion[] {
  const own = KEY_NOTES.filter(([, , isOfBots]) => !(isOneBot && isOfBots)).map(([text, note]) => ({ text, note }));
  const seen = [...fields.keys()].map((key) => ({ text: `${key}:`, note: "metadata" }));
  return [...own, ...seen].filter(({ text }) => startsWith(text, start));
}

/**
 * Suggests how the query may go on at the cursor. Undefined when nothing can be suggested. Bots are left to the caller,
 * because the server knows them.
 */
export function suggestionsAt(
  text: string,
  cursor: number,
  seen: Seen,
  { isOneBot, isAsked }: { isOneBot: boolean; isAsked: boolean },
): Suggestions | undefined {
  const before = text.slice(0, cursor);
  const value = VALUE.exec(before);
  if (value) {
    const [, key = "", , quote = "", start = ""] = value;
    if (!quote && /\s/.test(start)) return undefined;
    const place = { from: cursor - quote.length - start.length, to: cursor };
    if (key === "bot") return isOneBot ? undefined : { ...place, items: [], bot: start };
    const values = key === "level" ? seen.levels : key === "after" || key === "before" ? SPANS : seen.fields.get(key);
    const items = (values ?? []).filter((one) => startsWith(one, start) && one !== start);
    return items.length > 0
      ? { ...place, items: items.slice(0, ITEMS_MAX).map((one) => ({ text: quotedValue(one) })) }
      : undefined;
  }
  const name = NAME.exec(before);
  if (!name || (name[1] === undefined && !isAsked)) return undefined;
  const start = name[1] ?? "";
  const items = keysFor(start, seen, isOneBot).slice(0, ITEMS_MAX);
  return items.length > 0 ? { from: cursor - start.length, to: cursor, items } : undefined;
}

/** The entries for bots, by name. */
export const botSuggestions = (bots: readonly { id: string; name: string }[]): Suggestion[] =>
  bots.slice(0, ITEMS_MAX).map(({ id, name }) => ({ text: quotedValue(name), note: id }));

/** The text with an entry in its place, and the cursor after it. A value is followed by a space; a key by its value. */
export function withSuggestion(text: string, { from, to }: Place, { text: chosen }: Suggestion) {
  const inserted = chosen.endsWith(":") ? chosen : `${chosen} `;
  const rest = text.slice(to).trimStart();
  return { text: `${text.slice(0, from)}${inserted}${rest}`, cursor: from + inserted.length };
}
