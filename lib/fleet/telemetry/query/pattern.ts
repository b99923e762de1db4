/** The pattern of a line: its text without what differs from one occurrence to the next. Browser-safe. */
import { cutText } from "@/lib/core/format/text";

/** Only the beginning of a text is looked at, which bounds the cost of long lines. */
const READ_MAX = 200;
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals begin the codes of colours with this character
const COLOUR = /\u001b\[[\d;]*m/g;

/**
 * Returns the first line of a text without numbers, ids, addresses and quoted values. Lines with the same result are taken
 * for the same message.
 */
export function patternOf(text: string): string {
  const plain = cutText(text, 4 * READ_MAX, "").replace(COLOUR, "");
  const first = cutText(plain.trim().split("\n", 1)[0] ?? "", READ_MAX);
  return first
    .replace(/https?:\/\/\S+/g, "<address>")
    .replace(/"[^"]*"|'[^']*'|“[^”]*”|`[^`]*`/g, "<value>")
    .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, "<id>")
    .replace(/\b(?=\w*\d)[0-9a-f]{8,}\b/gi, "<id>")
    .replace(/\d+(?:[.,:]\d+)*/g, "#")
    .replace(/\s+/g, " ");
}

const PLACEHOLDER = /<address>|<value>|<id>|#|…/;

/**
 * Returns the longest text of a pattern that can be searched for as a phrase; undefined when it has none of two letters or
 * more. Words that touch a placeholder are left out, because the whole word is not known.
 */
export function phraseOf(pattern: string): string | undefined {
  const pieces = pattern.split(PLACEHOLDER);
  const whole = pieces.map((piece, place) => {
    const after = place > 0 ? piece.replace(/^[\p{L}\p{N}_]+/u, "") : piece;
    return (place < pieces.length - 1 ? after.replace(/[\p{L}\p{N}_]+$/u, "") : after).trim();
  });
  const longest = whole.reduce((best, piece) => (piece.length > best.length ? piece : best), "");
  return /\p{L}{2}/u.test(longest) ? longest : undefined;
}
