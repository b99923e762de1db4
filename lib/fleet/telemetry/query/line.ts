/** Tests whether a line of the log has the terms of a query. Browser-safe: pages test live lines as the server does stored ones. */
import { codesOf, holdsWords, level, parseSearch, type Search, splitWords, wordsOf } from "../search/tokenize";
import type { Value } from "./lexemes";
import type { FieldTerm, RegexTerm, Term } from "./parse";

/** The part of a log that terms look at. */
export type Line = { type: string; message: string; bot_id: string; metadata: Record<string, unknown> };
type Test = (line: Subject) => boolean;

/** Words as one text. No word has a space, so the words of a phrase stand next to each other in it. */
const spaced = (texts: readonly string[]) => ` ${texts.join(" ")} `;

/** A line whose words and metadata are read once, however many terms look at them: reading takes longer than testing. */
export class Subject {
  readonly #line: Line;
  #words?: readonly string[];
  #codes?: ReadonlySet<string>;
  #sentence?: string;
  #metadata?: Record<string, unknown>;

  constructor(line: Line) {
    this.#line = line;
  }
  get type(): string {
    return this.#line.type;
  }
  get message(): string {
    return this.#line.message;
  }
  get metadata(): Record<string, unknown> {
    this.#metadata ??= this.#line.metadata;
    return this.#metadata;
  }
  get #read(): readonly string[] {
    this.#words ??= wordsOf(this.message);
    return this.#words;
  }
  /** The words of the message, as the indexes have them. */
  get codes(): ReadonlySet<string> {
    this.#codes ??= codesOf(this.#read);
    return this.#codes;
  }
  /** The words of the message in its order, as one text. */
  get sentence(): string {
    this.#sentence ??= spaced(this.#read);
    return this.#sentence;
  }
}

/** Returns the values that a key names: a field of that name, or by dots a field within fields. Lists have several. */
export function valuesOf(metadata: Record<string, unknown>, key: string): unknown[] {
  let found: unknown = metadata;
  if (Object.hasOwn(metadata, key)) found = metadata[key];
  else
    for (const name of key.split(".")) {
      if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) return [];
      found = (found as Record<string, unknown>)[name];
    }
  return Array.isArray(found) ? found : [found];
}

const isNumber = (value: unknown): value is number | bigint => typeof value === "number" || typeof value === "bigint";

/** An integer that a number would round is read as a bigint, as in metadata. */
function numberOf(text: string): number | bigint {
  const number = Number(text);
  return Number.isInteger(number) && !Number.isSafeInteger(number) && !text.includes(".") ? BigInt(text) : number;
}

const COMPARE: Record<Exclude<FieldTerm["comparison"], "=">, (a: number | bigint, b: number | bigint) => boolean> = {
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
};

/** Tests a value without case. `*` at the end of the wanted text, outside of quotes, stands for any rest. */
function valueTest({ text: wanted, isQuoted }: Value): (value: unknown) => boolean {
  const lower = wanted.toLowerCase();
  const start = !isQuoted && lower.endsWith("*") ? lower.slice(0, -1) : undefined;
  return (value) => {
    if (typeof value === "object" && value !== null) return start === "";
    const text = String(value).toLowerCase();
    return start === undefined ? text === lower : text.startsWith(start);
  };
}

function fieldTest({ key, comparison, values }: FieldTerm): Test {
  if (comparison === "=") {
    const tests = values.map(valueTest);
    return ({ metadata }) => valuesOf(metadata, key).some((value) => tests.some((fits) => fits(value)));
  }
  const bound = numberOf(values[0]!.text);
  const compare = COMPARE[comparison];
  return ({ metadata }) => valuesOf(metadata, key).some((value) => isNumber(value) && compare(value, bound));
}

function phraseTest(text: string): Test {
  const phrase = wordsOf(text);
  const literal = text.trim().toLowerCase();
  const wanted = spaced(phrase);
  if (phrase.length === 0) return ({ message }) => message.toLowerCase().includes(literal);
  return ({ sentence }) => sentence.includes(wanted);
}

function wordsTest(text: string): Test {
  const search = parseSearch(text);
  return search ? ({ codes }) => holdsWords(codes, search) : () => true;
}

function testOf(term: Exclude<Term, { kind: "regex" | "bot" | "after" | "before" }>): Test {
  if (term.kind === "words") return wordsTest(term.text);
  if (term.kind === "phrase") return phraseTest(term.text);
  if (term.kind === "field") return fieldTest(term);
  const levels = new Set(term.values.map(level));
  return ({ type }) => levels.has(level(type));
}

/** A search for all words of the terms, and the terms that say more than it. */
function searched(terms: readonly Term[]): { search: Search | undefined; rest: Term[] } {
  const wholeWords = new Set<string>();
  let prefix: string | null = null;
  const rest = terms.filter((term) => {
    if (term.not || (term.kind !== "words" && term.kind !== "phrase")) return true;
    if (term.kind === "phrase") {
      for (const word of splitWords(term.text)) wholeWords.add(word);
      return wordsOf(term.text).length !== 1;
    }
    const search = parseSearch(term.text);
    for (const word of search?.wholeWords ?? []) wholeWords.add(word);
    // A search has the beginning of one word. Further ones are tested on its rows.
    if (search?.prefix && prefix !== null) return true;
    prefix ??= search?.prefix ?? null;
    return false;
  });
  const search = wholeWords.size > 0 || prefix !== null ? { wholeWords: [...wholeWords], prefix } : undefined;
  return { search, rest };
}

/** A query divided into what an index can find, what every line is tested for, and expressions, which cost most. */
export type Divided = {
  search: Search | undefined;
  levels: string[] | undefined;
  /** The fields of the metadata that a line must have. */
  fields: FieldTerm[];
  /** Whether `test` can refuse a line that has the words and levels. */
  isTested: boolean;
  /** Tests everything but the words, the levels, the expressions, bots and times. */
  test: (line: Line) => boolean;
  regexes: RegexTerm[];
};

const isTestable = (term: Term): term is Parameters<typeof testOf>[0] =>
  term.kind !== "regex" && term.kind !== "bot" && term.kind !== "after" && term.kind !== "before";

const testsOf = (terms: readonly Term[]): Test[] =>
  terms.filter(isTestable).map((term) => {
    const test = testOf(term);
    return term.not ? (line) => !test(line) : test;
  });

/**
 * Returns a test that finds the same lines as a search for the terms, without an index. Bots, times and expressions are left
 * to the caller. Levels are tested first, because they need no word of the line.
 */
export function lineTest(terms: readonly Term[]): (line: Subject) => boolean {
  const [levels, others] = [terms.filter(({ kind }) => kind === "level"), terms.filter(({ kind }) => kind !== "level")];
  const tests = testsOf([...levels, ...others]);
  return (line) => tests.every((test) => test(line));
}

/** Divides the terms of a query by what can find their lines. Bots and times are left to the caller. */
export function divide(terms: readonly Term[]): Divided {
  const { search, rest } = searched(terms);
  const firstLevel = rest.find((term) => term.kind === "level" && !term.not);
  const tested = rest.filter((term) => term !== firstLevel && isTestable(term));
  const tests = testsOf(tested);
  return {
    search,
    levels: firstLevel?.kind === "level" ? [...new Set(firstLevel.values.map(level))] : undefined,
    fields: tested.filter((term): term is FieldTerm => term.kind === "field" && !term.not),
    isTested: tests.length > 0,
    test(line) {
      const subject = new Subject(line);
      return tests.every((test) => test(subject));
    },
    regexes: rest.filter((term): term is RegexTerm => term.kind === "regex"),
  };
}
