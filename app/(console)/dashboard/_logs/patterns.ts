import type { LogGroup } from "@/lib/fleet/telemetry/queries.counts";
import type { Span } from "./histogram";

const POINTS = 24;

/** The lines of a group in equal parts of a range, for a small chart. */
export function sharesOf({ buckets }: Pick<LogGroup, "buckets">, { from, to }: Span): number[] {
  const shares = new Array<number>(POINTS).fill(0);
  for (const { at, count } of buckets) {
    const place = Math.floor(((Date.parse(at) - from) / (to - from)) * POINTS);
    // A bucket may begin before the range that it lies in.
    const within = Math.min(POINTS - 1, Math.max(0, place));
    shares[within] = (shares[within] ?? 0) + count;
  }
  return shares;
}
