/** Rules for the letters of a username. Browser-safe. */

/** Scripts that stand beside Latin letters in honest names, as in Japanese; others beside them only help to deceive. */
const BESIDE_LATIN = ["Latin", "Common", "Inherited", "Han", "Hiragana", "Katakana", "Bopomofo", "Hangul"];
const foreign = new RegExp(`[^${BESIDE_LATIN.map((name) => `\\p{Script=${name}}`).join("")}]`, "gu");

/** Has the name Latin letters beside those of a script with letters of the same looks, such as Cyrillic's "а"? */
export const mixesScripts = (name: string): boolean => /\p{Script=Latin}/u.test(name) && name.search(foreign) >= 0;

/** The name with "_" in place of each such letter. */
export const withoutMix = (name: string): string => (mixesScripts(name) ? name.replace(foreign, "_") : name);
