const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Cuts a text to at most `max` UTF-16 units, between two characters as a reader sees them (grapheme clusters). */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = segmenter.segment(text.slice(0, max + 64)).containing(max)?.index ?? max;
  if (max - end <= 64) return text.slice(0, end);
  // The first character alone exceeds `max` (a letter with hundreds of accents). Cut inside it, but never inside a
  // surrogate pair.
  return text.slice(0, (text.codePointAt(max - 1) ?? 0) > 0xffff ? max - 1 : max);
}
