import type { Log } from "@/lib/fleet/telemetry/contract";
import type { Counted } from "@/lib/fleet/telemetry/queries.counts";
import { level } from "@/lib/fleet/telemetry/queries.search";
import type { Span } from "./histogram";

type Series = { series: { name: string; values: (number | null)[] }[] };
type Counts = ReadonlyMap<string, number>;
/** The lines by level. `isWhole` is false while older lines are not counted. */
export type LevelCounts = { counts: Counts; isWhole: boolean };
/**
 * The lines by level in the range of the histogram, as they were at `countedAt` (epoch ms). Lines that were received up to
 * `lagMs` before that may be missing.
 */
type RangeCounts = LevelCounts & { countedAt: number; lagMs: number };

const PREFIX = "logs.";
/** Series store what they count every 10 seconds. */
const SERIES_LAG_MS = 15_000;

function countsOf(entries: Iterable<readonly [string, number]>): Counts {
  const counts = new Map<string, number>();
  for (const [name, count] of entries) counts.set(level(name), (counts.get(level(name)) ?? 0) + count);
  return counts;
}

/** Counts of series. They have every level, whichever of them the query asks for. Lines of other levels have no name there. */
export function seriesLevels(data: Series | undefined, countedAt: number, isLive: boolean): RangeCounts {
  const named = (data?.series ?? []).filter(({ name }) => name.startsWith(PREFIX) && name !== `${PREFIX}other`);
  const sums = named.map(({ name, values }): [string, number] => [
    name.slice(PREFIX.length),
    values.reduce<number>((sum, value) => sum + (value ?? 0), 0),
  ]);
  return { counts: countsOf(sums), isWhole: data !== undefined, countedAt, lagMs: isLive ? SERIES_LAG_MS : 0 };
}

/** The sum of the counts by level, of lines that were counted one by one. */
export const countedLevels = ({ buckets, isWhole }: Counted, countedAt: number): RangeCounts => ({
  ...{ counts: countsOf([...buckets.values()].flatMap((levels) => [...levels])), isWhole, countedAt, lagMs: 0 },
});

/** The loaded lines by level. `isWhole` is set when no older line matches. */
export const loadedLevels = (lines: readonly Log[], isWhole: boolean): LevelCounts => ({
  ...{ counts: countsOf(lines.map(({ type }) => [type, 1] as const)), isWhole },
});

/**
 * The counts that the page shows. All loaded lines are the best count, because they have the newest; otherwise those of the
 * range, and the lines that came after they were counted. They are whole if no line can be missing between these two.
 *
 * @param lines  oldest first
 */
export function shownLevels(
  lines: readonly Log[],
  hasAll: boolean,
  range: RangeCounts,
  span: Span | undefined,
): LevelCounts {
  if (hasAll || !span) return loadedLevels(lines, hasAll);
  const newer = lines.filter(({ received_at }) => Date.parse(received_at) > range.countedAt);
  const sum = countsOf([...range.counts, ...newer.map(({ type }) => [type, 1] as const)]);
  const loaded = loadedLevels(
    lines.filter(({ timestamp }) => Date.parse(timestamp) >= span.from),
    false,
  ).counts;
  const names = new Set([...sum.keys(), ...loaded.keys()]);
  const reach = Date.parse(lines[0]?.received_at ?? "");
  return {
    counts: new Map([...names].map((name) => [name, Math.max(sum.get(name) ?? 0, loaded.get(name) ?? 0)])),
    isWhole: range.isWhole && (range.lagMs === 0 || reach <= range.countedAt - range.lagMs),
  };
}
