import { parseInstant } from "@/lib/core/contract.time";
import type { Log } from "@/lib/fleet/telemetry/contract";
import type { LogFilters } from "@/lib/fleet/telemetry/queries";
import {
  botsNamed,
  expressionOf,
  type FoundBots,
  lineTest,
  type Matcher,
  type Problem,
  parseQuery,
  ReadLine,
  type Term,
  typedSearch,
} from "@/lib/fleet/telemetry/queries.search";

/** Whether a live line fits the filter, as the server would decide. */
export type LineTest = (log: Log, now: number) => boolean;
/** The meaning of a filter text: the server's filters, the test of live lines, the problems, and the bots it matches. */
export type ParsedFilter = {
  filters: LogFilters;
  /** The filters without the page's range of time, for the lines around one that is outside of it. */
  unranged: LogFilters;
  test: LineTest;
  terms: Term[];
  problems: Problem[];
  note?: string;
};

/** The answers to what the text alone does not say; a name or expression is missing while it is looked up. */
export type Known = {
  /** The zone of days and times that name none. */
  zone: string;
  /** The page's range of time. Times in the text take its place. */
  range?: Pick<LogFilters, "after" | "before">;
  bots: { get(name: string): FoundBots | undefined };
  /** Compiled expressions, or the texts of their problems, by their source. */
  expressions: ReadonlyMap<string, Matcher | string>;
};

type BotTerm = Extract<Term, { kind: "bot" }>;
type Named = { term: BotTerm; ids: string[]; note?: string };

/** The names of bots in a text. */
export const botsWanted = (terms: readonly Term[]): string[] => [
  ...new Set(terms.flatMap((term) => (term.kind === "bot" ? term.values : []))),
];

/** The key of an expression in `Known`. */
const expressionKey = ({ source, flags }: { source: string; flags: string }) => `${flags}/${source}`;

/** Finds the bots of a term, or says why there are none. */
function namedBy(term: BotTerm, bots: Known["bots"]): Named | Problem {
  const found = term.values.map((name) => ({ name, bots: botsNamed(name, bots.get(name) ?? { bots: [], count: 0 }) }));
  const ids: string[] = [];
  const notes: string[] = [];
  for (const { name, bots: named } of found) {
    if (typeof named === "string") return { from: term.from, to: term.to, message: named };
    ids.push(...named.map((bot) => bot.id));
    if (named.length > 1)
      notes.push(`"${name}" matches ${named.length} bots: ${named.map((bot) => bot.name).join(", ")}`);
  }
  return { term, ids: [...new Set(ids)], note: notes.join(" · ") || undefined };
}

/** The part of the text that the server reads as a query: times and bots are parameters of their own. */
function queryOf(text: string, terms: readonly Term[], excluded: readonly Named[], { expressions }: Known): string {
  const pieces = terms.map((term) => {
    if (term.kind === "after" || term.kind === "before" || term.kind === "bot") return "";
    if (term.kind === "regex" && typeof expressions.get(expressionKey(term)) !== "function") return "";
    const part = text.slice(term.from, term.to);
    // The last word may still be typed, unless something follows it.
    return term.kind === "words" && !term.not && term.to === text.length ? typedSearch(part) : part;
  });
  for (const { ids } of excluded) pieces.push(`-bot:${ids.join()}`);
  return pieces.filter(Boolean).join(" ");
}

/** Builds the test of live lines. */
function testOf(filters: LogFilters, excluded: readonly Named[], { expressions }: Known): LineTest {
  const { terms } = parseQuery(filters.q ?? "");
  const test = lineTest(terms);
  const regexes = terms.filter((term) => term.kind === "regex");
  const bots = filters.bot_id ? [filters.bot_id] : filters.bot_ids?.split(",");
  const left = new Set(excluded.flatMap(({ ids }) => ids));
  return (log, now) => {
    if ((bots && !bots.includes(log.bot_id)) || left.has(log.bot_id)) return false;
    const at = Date.parse(log.timestamp);
    if (filters.after && at < parseInstant(filters.after, now)) return false;
    if (filters.before && at >= parseInstant(filters.before, now)) return false;
    if (!test(new ReadLine(log))) return false;
    return regexes.every((term) => {
      const matcher = expressions.get(expressionKey(term));
      return typeof matcher === "function" && matcher(log.message) !== term.not;
    });
  };
}

/** Reads a filter text (docs/logs.md). A term with a problem is reported and left out. */
export function parseFilter(text: string, known: Known): ParsedFilter {
  const { terms, problems } = parseQuery(text, known.zone);
  const named: Named[] = [];
  for (const term of terms) {
    const found = term.kind === "bot" ? namedBy(term, known.bots) : undefined;
    if (found) "term" in found ? named.push(found) : problems.push(found);
    const compiled = term.kind === "regex" ? known.expressions.get(expressionKey(term)) : undefined;
    if (typeof compiled === "string") problems.push({ from: term.from, to: term.to, message: compiled });
  }
  const asked = named.filter(({ term }) => !term.not);
  const excluded = named.filter(({ term }) => term.not);
  const ids = asked[0]?.ids.filter((id) => asked.every((bots) => bots.ids.includes(id)));
  const filters: LogFilters = {};
  if (ids?.length === 1) filters.bot_id = ids[0];
  else if (ids && ids.length > 1) filters.bot_ids = ids.join();
  else if (ids)
    problems.push({ from: asked[1]!.term.from, to: asked[1]!.term.to, message: "No bot has all these names" });
  for (const term of terms) if (term.kind === "after" || term.kind === "before") filters[term.kind] = term.at;
  const q = queryOf(text, terms, excluded, known);
  if (q) filters.q = q;
  const note = named.flatMap((bots) => bots.note ?? []).join(" · ") || undefined;
  const ranged = { ...known.range, ...filters };
  return { filters: ranged, unranged: filters, test: testOf(ranged, excluded, known), terms, problems, note };
}

/** The levels that a query asks for. */
export const levelsOf = (terms: readonly Term[]): string[] =>
  terms.flatMap((term) => (term.kind === "level" && !term.not ? term.values : []));

/** The expressions of a query, for `compileRegex`. */
export const expressionsOf = (terms: readonly Term[]) =>
  terms.flatMap((term) =>
    term.kind === "regex" ? [{ key: expressionKey(term), expression: expressionOf(term) }] : [],
  );

/** The text with the terms of one key replaced by a new one, which may be empty. Excluding terms stay. */
export function withTerm(text: string, key: Term["kind"], term: string): string {
  const gone = parseQuery(text).terms.filter((old) => old.kind === key && !old.not);
  const rest = gone.reduceRight((left, { from, to }) => join(left.slice(0, from), left.slice(to)), text);
  return join(term, rest);
}

/** The text with one more term at its end, unless it is there. */
export function addTerm(text: string, term: string): string {
  const isThere = parseQuery(text).terms.some(({ from, to }) => text.slice(from, to) === term);
  return isThere ? text : join(text, term);
}

const join = (before: string, after: string) => `${before.trimEnd()} ${after.trimStart()}`.trim();
