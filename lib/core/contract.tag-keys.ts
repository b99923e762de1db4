/** How tags are compared, for every room that finds bots by them. Safe for browsers. */

/** The most characters of a tag. */
export const TAG_LENGTH_MAX = 50;

/** Returns the spelling by which tags and values of properties are compared. */
export const keyOf = (text: string): string => text.trim().normalize("NFC").toLowerCase();

const byKey = (a: string, b: string) => (keyOf(a) < keyOf(b) ? -1 : 1);

/** Returns tags without repetitions, in alphabetical order. The first spelling of a tag stays. */
export function distinctTags(tags: readonly string[]): string[] {
  const found = new Map<string, string>();
  for (const tag of tags) if (!found.has(keyOf(tag))) found.set(keyOf(tag), tag);
  return [...found.values()].sort(byKey);
}
