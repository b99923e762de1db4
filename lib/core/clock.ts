import { parseInstant } from "./contract.time";

/** Time as the domains see it, so that tests can freeze it. */
export type Clock = () => number;

/** Milliseconds since the epoch. */
export const now: Clock = () => Date.now();

/** Epoch milliseconds as ISO-8601 UTC. */
export const iso = (ms: number): string => new Date(ms).toISOString();
export const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));

/** Reads a validated time, or a span back from `at` (15m, 1h, 7d), as epoch milliseconds. */
export function instant(text: string | undefined, at: number): number | undefined {
  return text ? parseInstant(text, at) : undefined;
}
