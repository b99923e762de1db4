/**
 * Splits text into words for searching logs and messages. Both databases' indexes and rows that are not indexed yet use
 * this definition, so that a search finds a row in either case. A word is a run of letters and digits, without case and
 * diacritics: "user_id=Ünal" has user, id and unal. In scripts written without spaces (Han, kana, Thai…) and for
 * pictographs, each character is a word.
 */

/** Characters that each form a word of their own. */
const SINGLE =
  "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\p{Extended_Pictographic}\\p{Regional_Indicator}";
/** A run of ASCII letters and digits, one character of SINGLE, or a run of other letters and digits. */
const WORD = new RegExp(`[a-z0-9]+|[${SINGLE}]|(?:(?![a-z0-9${SINGLE}])[\\p{L}\\p{N}]\\p{M}*)+`, "gu");
const ASCII_WORD = /[a-z0-9]+/g;
const ASCII = /^\p{ASCII}*$/u;
/** Letters that Unicode does not decompose, but that people type as plain letters. */
const PLAIN: Record<string, string> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
};
/** Longer runs (keys, base64) are indexed by their first characters only, which limits the size of the index. */
const WORD_MAX = 64;
/** Shorter beginnings are searched as whole words, because they would match most of the vocabulary. */
const PREFIX_MIN = 3;

/**
 * A search in the form that the indexes use: whole words, and in `prefix` the beginning of one more. At least one of
 * the two is set.
 */
export type Search = { wholeWords: string[]; prefix: string | null };

/** The words of a text, in its order. */
export function wordsOf(text: string): string[] {
  const lower = text.toLowerCase();
  if (ASCII.test(lower)) return lower.match(ASCII_WORD) ?? [];
  const folded = lower
    .normalize("NFKD")
    .replace(/[\u0300-\u036f\ufe00-\ufe0f]/g, "")
    .normalize("NFC")
    .toLowerCase()
    .replace(/[ßæœøłđðþı]/g, (letter) => PLAIN[letter]!);
  return folded.match(WORD) ?? [];
}

/**
 * Encodes a word for the indexes. ASCII words stay as they are; others become "u" and four hexadecimal digits per
 * UTF-16 unit. Every index then treats them as one word, whatever it regards as a letter, and the beginning of a word
 * encodes to the beginning of its code.
 */
function encode(word: string): string {
  // Cut by UTF-16 unit, as the stored indexes do. Half a surrogate pair does no harm: it is encoded as ASCII below.
  const short = word.length > WORD_MAX ? word.slice(0, WORD_MAX) : word;
  if (ASCII.test(short)) return short;
  let code = "u";
  for (let index = 0; index < short.length; index++) code += short.charCodeAt(index).toString(16).padStart(4, "0");
  return code;
}

/** Distinct words, encoded for the indexes. */
export const codesOf = (texts: readonly string[]): Set<string> => new Set(texts.map(encode));

/** The distinct words of a text, encoded for the indexes. */
export const splitWords = (text: string): string[] => [...codesOf(wordsOf(text))];

/** Marks the last word of a search as the beginning of one. */
const BEGINNING = /\S\*\s*$/;

/**
 * Parses a search text into words that must all occur. With `*` at the end, the last may be the beginning of a word
 * (from three letters on). No other character of the text acts as syntax. Undefined when the text contains no word,
 * which then filters nothing.
 */
export function parseSearch(text: string | undefined): Search | undefined {
  const found = wordsOf(text ?? "");
  const last = found.at(-1);
  if (last === undefined) return undefined;
  if (!BEGINNING.test(text!) || last.length < PREFIX_MIN || last.length >= WORD_MAX)
    return { wholeWords: [...new Set(found.map(encode))], prefix: null };
  return { wholeWords: [...new Set(found.slice(0, -1).map(encode))], prefix: encode(last) };
}

/** Tests whether a text matches a search, by the rules of the indexes. */
export const matches = (text: string, search: Search): boolean => holdsWords(codesOf(wordsOf(text)), search);

/** Tests whether the encoded words of a text match a search. */
export function holdsWords(held: ReadonlySet<string>, search: Search): boolean {
  if (!search.wholeWords.every((word) => held.has(word))) return false;
  if (search.prefix === null) return true;
  for (const word of held) if (word.startsWith(search.prefix)) return true;
  return false;
}

/** A search as someone types it: the last word may go on, unless a space or a mark ends it. */
export const typedSearch = (text: string): string => (/[\p{L}\p{M}\p{N}]$/u.test(text) ? `${text}*` : text);

/** Normalizes a level: case is ignored, and warn becomes warning. */
export function level(type: string): string {
  const lower = type.toLowerCase();
  return lower === "warn" ? "warning" : lower;
}
