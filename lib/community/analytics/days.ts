/** UTC days as text, YYYY-MM-DD: they sort as they follow each other. Browser-safe. */

export const DAY_MS = 86_400_000;

export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
/** The day's first millisecond. */
export const startOf = (day: string): number => Date.parse(`${day}T00:00:00.000Z`);
export const addDays = (day: string, count: number): string => dayOf(startOf(day) + count * DAY_MS);
/** Days from one day to another; 0 for the same. */
export const daysBetween = (from: string, to: string): number => Math.round((startOf(to) - startOf(from)) / DAY_MS);
