/** Shortening text for people without breaking a character. Browser-safe. */

let segmenter: Intl.Segmenter | undefined;
const graphemesOf = (text: string): Intl.Segments => {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return segmenter.segment(text);
};

/** How far beyond the limit to read to see a whole grapheme; the longest emoji have about 35 UTF-16 units. */
const REACH = 64;

/** Below U+0300 no character joins its neighbour, except the line feed of CR LF. */
const isApart = (before: number, after: number): boolean => before < 0x300 && after < 0x300 && before !== 0x0d;

/** Returns the last position at or before `max` UTF-16 units at which the text may be cut. */
function boundary(text: string, max: number): number {
  if (max <= 0) return 0;
  if (max >= text.length || isApart(text.charCodeAt(max - 1), text.charCodeAt(max))) return Math.min(max, text.length);
  const start = graphemesOf(text.slice(0, max + REACH)).containing(max)?.index ?? max;
  // A letter under hundreds of accents is not readable as one character anyway: cut it, but never inside a surrogate
  // pair.
  if (max - start > REACH) return (text.codePointAt(max - 1) ?? 0) > 0xffff ? max - 1 : max;
  return start;
}

/**
 * The beginning of a text, of at most `max` UTF-16 units (as `length`, zod and most services count) including `end`, which
 * replaces what was cut off. It ends between two characters as people see them: half a surrogate pair makes strict
 * receivers refuse the whole message, and half an emoji or accent shows as another one.
 *
 * @param end what a shortened text ends in; "" for echoes of ids and for receivers that add their own
 */
export function cutText(text: string, max: number, end = "…"): string {
  if (text.length <= max) return text;
  return text.slice(0, boundary(text, max - end.length)) + end;
}

const encoder = new TextEncoder();

/** Like cutText, for receivers that count UTF-8 bytes. */
export function cutBytes(text: string, max: number, end = "…"): string {
  if (text.length * 3 <= max) return text;
  const room = max - encoder.encode(end).length;
  // encodeInto writes whole code points only; `read` is the position of the first one that does not fit.
  const whole = encoder.encodeInto(text, new Uint8Array(max));
  if (whole.read === text.length) return text;
  const { read } = encoder.encodeInto(text, new Uint8Array(Math.max(0, room)));
  return text.slice(0, boundary(text, read)) + end;
}

/** The first `count` characters as people see them, for avatars and initials. */
export function firstGraphemes(text: string, count: number): string {
  let end = 0;
  let seen = 0;
  for (const { index, segment } of graphemesOf(text.slice(0, count * REACH))) {
    if (seen++ === count) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Returns a text as it stands in HTML or SVG, also within quotes. Control characters, which neither may hold, are replaced. */
export const escapeMarkup = (text: string): string =>
  text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters have no place in a page
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, "\uFFFD")
    .replace(/[&<>"']/g, (found) => ENTITIES[found]!);

/**
 * Matches the escapes of a JSON text, each with its backslash, so that an escaped backslash does not start another
 * escape.
 */
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|[\s\S])/g;
const HALF = /\\u[dD][89a-fA-F]/;
const isHigh = (unit: number) => unit >= 0xd800 && unit < 0xdc00;
const isLow = (unit: number) => unit >= 0xdc00 && unit < 0xe000;

/** A JSON text in which every escaped half of a surrogate pair is \ufffd, the replacement character. */
export function wellFormedJson(text: string): string {
  if (!HALF.test(text)) return text;
  let out = "";
  let done = 0;
  /** The index of a high surrogate whose low half has not been read yet. */
  let high = -1;
  const replace = (at: number) => {
    out += `${text.slice(done, at)}\\ufffd`;
    done = at + 6;
  };
  for (const { 1: digits, index } of text.matchAll(ESCAPE)) {
    const unit = digits ? Number.parseInt(digits, 16) : 0;
    const isPair = high >= 0 && high + 6 === index && isLow(unit);
    if (high >= 0 && !isPair) replace(high);
    if (isLow(unit) && !isPair) replace(index);
    high = isHigh(unit) ? index : -1;
  }
  if (high >= 0) replace(high);
  return out + text.slice(done);
}
