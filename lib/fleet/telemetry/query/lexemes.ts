/** Divides a query into its parts: words, phrases in quotes, expressions between slashes, and keys with values. */

/** Where a part stands in the text: `from` inclusive, `to` exclusive. */
export type Place = { from: number; to: number };
/** One of the values of a key. Quotes keep `>`, `*` and commas from having a meaning. */
export type Value = { text: string; isQuoted: boolean };
type Part =
  | { kind: "word"; text: string }
  | { kind: "phrase"; text: string }
  | { kind: "regex"; source: string; flags: string }
  | { kind: "key"; key: string; values: Value[] };
/** `not` is set when `-` stands before the part. */
export type Lexeme = Part & Place & { not: boolean };

const SPACE = /\s*/y;
const KEY = /([A-Za-z_][\w.-]{0,63}):/y;
/** A quote that is still open reaches to the end, because the text may still be typed. */
const QUOTED = /"((?:[^"\\]|\\.?)*)(?:"|$)/sy;
const REGEX = /\/((?:[^/\\]|\\.)+)\/([ims]*)(?=\s|$)/sy;
const BARE = /[^\s,]*/y;
const WORD = /\S+/y;

const unescaped = (text: string) => text.replaceAll(/\\(["\\])/g, "$1");

/** Reads text from a place on. */
function createReader(text: string) {
  let at = 0;
  return {
    get at() {
      return at;
    },
    /** Reads what the expression matches here; null when it does not match. */
    take(pattern: RegExp): RegExpExecArray | null {
      pattern.lastIndex = at;
      const found = pattern.exec(text);
      if (found) at = pattern.lastIndex;
      return found;
    },
    takes(character: string): boolean {
      const isNext = text[at] === character;
      if (isNext) at++;
      return isNext;
    },
    goTo(place: number) {
      at = place;
    },
  };
}
type Reader = ReturnType<typeof createReader>;

function valuesAt(reader: Reader): Value[] {
  const values: Value[] = [];
  do {
    const quoted = reader.take(QUOTED);
    values.push(
      quoted ? { text: unescaped(quoted[1]!), isQuoted: true } : { text: reader.take(BARE)![0], isQuoted: false },
    );
  } while (reader.takes(","));
  return values;
}

/** Reads a key and its values; undefined when the text only looks like it, as `http://x` and `Error:` do. */
function keyAt(reader: Reader, keys: readonly string[]): Part | undefined {
  const start = reader.at;
  const key = reader.take(KEY)?.[1];
  if (key === undefined) return undefined;
  const values = valuesAt(reader);
  const isField = !keys.includes(key);
  const isEmpty = values.every((value) => value.text === "");
  if (isField && (isEmpty || values[0]!.text.startsWith("//"))) {
    reader.goTo(start);
    return undefined;
  }
  return { kind: "key", key, values };
}

function partAt(reader: Reader, keys: readonly string[]): Part {
  const quoted = reader.take(QUOTED);
  if (quoted) return { kind: "phrase", text: unescaped(quoted[1]!) };
  const regex = reader.take(REGEX);
  if (regex) return { kind: "regex", source: regex[1]!.replaceAll("\\/", "/"), flags: regex[2]! };
  return keyAt(reader, keys) ?? { kind: "word", text: reader.take(WORD)![0] };
}

/** Yields the parts of a text. @param keys are read as keys even without a value */
export function* lexemesOf(text: string, keys: readonly string[]): Generator<Lexeme> {
  const reader = createReader(text);
  for (reader.take(SPACE); reader.at < text.length; reader.take(SPACE)) {
    const from = reader.at;
    const not = /^-[^\s-]/.test(text.slice(from, from + 2)) && reader.takes("-");
    const part = partAt(reader, keys);
    yield { ...part, from, to: reader.at, not };
  }
}
