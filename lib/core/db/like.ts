/** Text in LIKE patterns. */

/**
 * Makes the pattern that finds texts which hold `text`. Its `%` and `_` stand for themselves, so the condition needs
 * `ESCAPE '\\'`: without it a search for "%" finds everything.
 */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, "\\$&")}%`;
