/** Uptime with the time that nothing is known about. */
import type { SeriesAnswer } from "@/lib/fleet/series/queries";

/** The share of the known time in which the bot was online, and how much time of the range is known. */
export type Uptime = { share: number | null; knownMs: number; rangeMs: number };

/** With less of a range known than this, a share of it would mislead. */
const ENOUGH = 0.1;

/**
 * The uptime within an answer with the series `online` of one bot. `since` is when the bot was created: a coarse bucket
 * may begin long before.
 */
export function uptimeOf(answer: SeriesAnswer, since: number, now: number): Uptime {
  const stepMs = answer.step_seconds * 1000;
  const start = Date.parse(answer.from);
  const rangeMs = Math.max(Math.min(Date.parse(answer.to), now) - start, 0);
  const values = answer.series.find(({ name }) => name === "online")?.values ?? [];
  let [knownMs, onlineMs] = [0, 0];
  for (const [at, value] of values.entries()) {
    if (value === null) continue;
    const ms = (answer.known[at] ?? 0) * stepMs;
    knownMs += ms;
    onlineMs += value * ms;
  }
  const share = knownMs > 0 ? Math.min(onlineMs / knownMs, 1) : null;
  return { share, knownMs: Math.min(knownMs, Math.max(now - since, 0), rangeMs), rangeMs };
}

/** "99.98 %"; rounded down, so that only an uptime without a gap reads 100 %. Undefined when too little is known. */
export function uptimePercent({ share, knownMs, rangeMs }: Uptime): string | undefined {
  if (share === null || knownMs < rangeMs * ENOUGH) return undefined;
  const percent = Math.floor(share * 10_000) / 100;
  return `${percent === 100 || percent === 0 ? percent : percent.toFixed(2)} %`;
}
