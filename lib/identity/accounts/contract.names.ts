/** Rules for the letters of a username. Browser-safe. */

/** Scripts that are commonly combined with Latin letters, as in Japanese. Combining others mostly serves to deceive. */
const BESIDE_LATIN = ["Latin", "Common", "Inherited", "Han", "Hiragana", "Katakana", "Bopomofo", "Hangul"];
const foreign = new RegExp(`[^${BESIDE_LATIN.map((name) => `\\p{Script=${name}}`).join("")}]`, "gu");

/** Returns whether the name combines Latin letters with those of a script with look-alikes, such as Cyrillic's "а". */
export const mixesScripts = (name: string): boolean => /\p{Script=Latin}/u.test(name) && name.search(foreign) >= 0;

/** Replaces each such letter by "_". */
export const withoutMix = (name: string): string => (mixesScripts(name) ? name.replace(foreign, "_") : name);
