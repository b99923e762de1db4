/**
 * Splits text into words for searching logs and messages. One definition serves both databases' indexes and rows that
 * are not indexed yet, so a search finds a row either way. A word is a run of letters and digits, without case and
 * diacritics: "user_id=Ünal" has user, id and unal. Scripts written without spaces (Han, kana, Thai…) and pictographs
 * make a word of each character.
 */

/** Characters that are a word each. */
const SINGLE =
  "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\p{Extended_Pictographic}\\p{Regional_Indicator}";
/** A run of ASCII letters and digits, one character of SINGLE, or a run of other letters and digits. */
const WORD = new RegExp(`[a-z0-9]+|[${SINGLE}]|(?:(?![a-z0-9${SINGLE}])[\\p{L}\\p{N}]\\p{M}*)+`, "gu");
const ASCII_WORD = /[a-z0-9]+/g;
const ASCII = /^\p{ASCII}*$/u;
/** Letters that Unicode does not take apart but people type without their stroke. */
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
/** Longer runs (keys, base64) are known by their beginning: it bounds the index. */
const WORD_MAX = 64;
/** Shorter beginnings would match most of the vocabulary: they are taken as whole words. */
const PREFIX_MIN = 3;

/** A search in the form that the indexes hold: words, and in `prefix` the beginning of one more. Never empty altogether. */
export type Search = { wholeWords: string[]; prefix: string | null };

function split(text: string): string[] {
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
 * ASCII words stay as they are; others become "u" and four hexadecimal digits a unit. Every index then takes them for
 * one word, whatever its own idea of letters is, and a beginning still is a beginning.
 */
function encode(word: string): string {
  // Cut by code unit, as the stored indexes do. Half a surrogate pair is harmless: it becomes ASCII below.
  const short = word.length > WORD_MAX ? word.slice(0, WORD_MAX) : word;
  if (ASCII.test(short)) return short;
  let code = "u";
  for (let index = 0; index < short.length; index++) code += short.charCodeAt(index).toString(16).padStart(4, "0");
  return code;
}

/** The distinct words of a text, encoded for the indexes. */
export function splitWords(text: string): string[] {
  return [...new Set(split(text).map(encode))];
}

/**
 * A search text as words that must all occur, the last of them possibly a beginning (from three letters on). Nothing in
 * it is syntax. Undefined when it holds no word at all: it narrows nothing then.
 */
export function parseSearch(text: string | undefined): Search | undefined {
  const found = split(text ?? "");
  const last = found.at(-1);
  if (last === undefined) return undefined;
  if (last.length < PREFIX_MIN || last.length >= WORD_MAX)
    return { wholeWords: [...new Set(found.map(encode))], prefix: null };
  return { wholeWords: [...new Set(found.slice(0, -1).map(encode))], prefix: encode(last) };
}

/** Says whether a text holds what is searched for, as the indexes do. */
export function matches(text: string, search: Search): boolean {
  const held = new Set(splitWords(text));
  if (!search.wholeWords.every((word) => held.has(word))) return false;
  if (search.prefix === null) return true;
  for (const word of held) if (word.startsWith(search.prefix)) return true;
  return false;
}

/** Any text as a word of its own, for narrowing an index to a bot, a type or a thread. */
export const token = (text: string): string => Buffer.from(text, "utf8").toString("hex");

/** Levels compare without case, and warn is warning. */
export function level(type: string): string {
  const lower = type.toLowerCase();
  return lower === "warn" ? "warning" : lower;
}
