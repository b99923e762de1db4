/**
 * The query language of logs, read into terms that must all apply (docs/logs.md). Browser-safe: the API, the console and
 * other programs read a query by this one parser, and show its problems at the place where they are.
 */
import { parseInstant } from "@/lib/core/contract.time";
import { parseTyped } from "@/lib/core/format/times";
import { type Lexeme, lexemesOf, type Place, type Value } from "./lexemes";

type Comparison = "=" | ">" | ">=" | "<" | "<=";
/** A term without its place. `not` says that lines with it are left out. */
type Meaning =
  | { kind: "words"; text: string }
  | { kind: "phrase"; text: string }
  | { kind: "regex"; source: string; flags: string }
  | { kind: "level"; values: string[] }
  | { kind: "bot"; values: string[] }
  | { kind: "after" | "before"; at: string }
  | { kind: "field"; key: string; comparison: Comparison; values: Value[] };
export type Term = Meaning & Place & { not: boolean };
export type FieldTerm = Extract<Term, { kind: "field" }>;
export type RegexTerm = Extract<Term, { kind: "regex" }>;
/** The message says how to write the part instead. */
export type Problem = Place & { message: string };
export type LogQueryTerms = { terms: Term[]; problems: Problem[] };

/** Keys with a meaning of their own; every other key names a field of the metadata. */
const QUERY_KEYS = ["level", "bot", "cmd", "after", "before"] as const;
/** The field of the metadata that `cmd:` looks at. */
const COMMAND_FIELD = "command_id";
/** More terms would make each line slow to test. */
const TERMS_MAX = 32;
/** An expression may need a third of a second for a long line, and those of everybody are tested in one thread. */
const REGEXES_MAX = 4;
const LEVEL = /^[A-Za-z][\w.-]{0,31}$/;
const COMPARISON = /^(>=|<=|>|<)(.*)$/s;
const NUMBER = /^-?\d{1,300}(\.\d{1,300})?$/;

/**
 * Reads a typed time: a span ("1h"), a full timestamp, or a date or time without a zone. Undefined when it is no time.
 */
function instantOf(text: string, zone: string): string | undefined {
  if (!Number.isNaN(parseInstant(text, 0))) return text;
  const at = parseTyped(text, zone);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** Reads the value of a key. Returns the meaning, or the text of a problem. */
function keyed(key: string, values: Value[], zone: string): Meaning | string {
  const texts = values.map((value) => value.text);
  const [first = ""] = texts;
  if (texts.every((text) => text === "")) return `${key}: needs a value`;
  if (key === "level") {
    const bad = texts.find((text) => !LEVEL.test(text));
    return bad === undefined
      ? { kind: "level", values: texts }
      : `Invalid level: "${bad}" (write error or error,warning)`;
  }
  if (key === "bot") return { kind: "bot", values: texts.filter(Boolean) };
  if (key === "after" || key === "before") {
    const at = instantOf(texts.join(), zone);
    return at === undefined
      ? `Invalid time in ${key}: "${texts.join()}" (write 15m, 1h, 7d or 2026-01-31)`
      : { kind: key, at };
  }
  const field = key === "cmd" ? COMMAND_FIELD : key;
  const [, comparison, bound] = (values[0]?.isQuoted ? null : COMPARISON.exec(first)) ?? [];
  if (comparison === undefined) return { kind: "field", key: field, comparison: "=", values };
  if (texts.length > 1 || !NUMBER.test(bound!))
    return `${key}:${comparison} compares with one number, such as ${key}:${comparison}3`;
  return {
    kind: "field",
    key: field,
    comparison: comparison as Comparison,
    values: [{ text: bound!, isQuoted: false }],
  };
}

function meaningOf(lexeme: Lexeme, zone: string): Meaning | string {
  if (lexeme.kind === "word") return { kind: "words", text: lexeme.text };
  if (lexeme.kind !== "key") return lexeme;
  return keyed(lexeme.key, lexeme.values, zone);
}

/** Says that a query has too much of something; undefined while it may have one more term of this kind. */
function excess(terms: readonly Term[], kind: Term["kind"]): string | undefined {
  if (terms.length === TERMS_MAX) return `A query has at most ${TERMS_MAX} terms: leave out the rest`;
  const regexes = kind === "regex" ? terms.filter((term) => term.kind === "regex").length : 0;
  if (regexes < REGEXES_MAX) return undefined;
  return `A query has at most ${REGEXES_MAX} expressions: join some as /(?:one|other)/, or leave out the rest`;
}

/**
 * Parses a query such as `level:error,warning bot:greeter attempt:>3 "gateway lost" -/retry \d+/`. A term with a problem
 * is reported and left out.
 *
 * @param zone where days and times without a zone belong: UTC on a server, the zone that its reader chose on a page
 */
export function parseQuery(text: string, zone = "UTC"): LogQueryTerms {
  const terms: Term[] = [];
  const problems: Problem[] = [];
  for (const lexeme of lexemesOf(text, QUERY_KEYS)) {
    const { from, to, not } = lexeme;
    const meaning = meaningOf(lexeme, zone);
    const message = typeof meaning === "string" ? undefined : excess(terms, meaning.kind);
    if (typeof meaning === "string") problems.push({ from, to, message: meaning });
    else if (not && (meaning.kind === "after" || meaning.kind === "before"))
      problems.push({
        from,
        to,
        message: `${meaning.kind}: cannot be excluded; use ${meaning.kind === "after" ? "before" : "after"}:`,
      });
    else if (message) {
      problems.push({ from, to: text.length, message });
      break;
    } else terms.push({ ...meaning, from, to, not });
  }
  return { terms, problems };
}

/** Writes a problem with its place. Characters are counted from 1. */
export const problemText = (text: string, { from, to, message }: Problem): string =>
  `character ${from + 1}, ${JSON.stringify(text.slice(from, to))}: ${message}`;

/** Returns the text of the first problem of a query; undefined when it has none. */
export function queryProblem(text: string): string | undefined {
  const [first] = parseQuery(text).problems;
  return first && problemText(text, first);
}

/** Writes a value so that the parser reads it back as one value. */
export const quotedValue = (value: string): string =>
  /^[^\s",<>/*\\][^\s",\\*]*$/.test(value) ? value : `"${value.replaceAll(/["\\]/g, "\\$&")}"`;
