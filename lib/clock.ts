/** Time as the domains see it, so that tests can freeze it. */
export type Clock = () => number;

/** Milliseconds since the epoch. */
export const now: Clock = () => Date.now();

/** Epoch milliseconds as ISO-8601 UTC. */
export const iso = (ms: number): string => new Date(ms).toISOString();
export const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));

/** An ISO-8601 time, or a span back from `at` (15m, 1h, 7d), as epoch milliseconds. */
export function instant(text: string | undefined, at: number): number | undefined {
  if (!text) return undefined;
  const span = /^(\d+)([smhd])$/.exec(text);
  if (!span) return Date.parse(text);
  const unit = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[span[2] as "s" | "m" | "h" | "d"];
  return at - Number(span[1]) * unit;
}
