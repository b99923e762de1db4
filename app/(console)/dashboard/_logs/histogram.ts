import { parseInstant } from "@/lib/core/contract.time";
import type { LogFilters } from "@/lib/fleet/telemetry/queries";
import type { Counted, CountStep } from "@/lib/fleet/telemetry/queries.counts";
import { level, type Term } from "@/lib/fleet/telemetry/queries.search";
import { levelsOf } from "./filter";

/** The groups of levels that bars are divided into, from the bottom up. */
export const GROUPS = ["error", "warning", "info", "other"] as const;
export type Group = (typeof GROUPS)[number];
export type Counts = Record<Group, number>;
/** `isKnown` is false where nothing is known about the time of the bar. */
export type Bar = { from: number; to: number; counts: Counts; isKnown: boolean };
export type Span = { from: number; to: number };

const BARS_MAX = 90;
const HOUR_MS = 3_600_000;
const STEP_MS: Record<CountStep, number> = { minute: 60_000, quarter_hour: 900_000, day: 86_400_000 };
/** The range that the histogram shows while the query names none. */
export const DEFAULT_AFTER = "24h";

const noCounts = (): Counts => ({ error: 0, warning: 0, info: 0, other: 0 });
export const totalOf = (counts: Counts): number => GROUPS.reduce((sum, group) => sum + counts[group], 0);

/** The group of a level, as lines and series name it. */
export function groupOf(name: string): Group {
  const known = level(name);
  if (known === "error" || known === "critical" || known === "fatal") return "error";
  return known === "warning" || known === "info" ? known : "other";
}

/** The range of the query's times; undefined when it ends before it begins. */
export function spanOf({ after = DEFAULT_AFTER, before }: LogFilters, now: number): Span | undefined {
  const from = parseInstant(after, now);
  const to = before === undefined ? now : Math.min(now, parseInstant(before, now));
  return from < to ? { from, to } : undefined;
}

export const stepFor = ({ from, to }: Span): CountStep =>
  to - from <= 3 * HOUR_MS ? "minute" : to - from <= 14 * 24 * HOUR_MS ? "quarter_hour" : "day";

/** Whether series have the counts of a query: it asks for levels, times and one bot at most. */
export const isOfSeries = (terms: readonly Term[], { bot_ids }: LogFilters): boolean =>
  bot_ids === undefined &&
  levelsOf(terms).every((name) => ["debug", "info", "warning", "error", "critical"].includes(level(name))) &&
  terms.filter((term) => term.kind === "level").length <= 1 &&
  terms.every(
    (term) =>
      !term.not && (term.kind === "level" || term.kind === "bot" || term.kind === "after" || term.kind === "before"),
  );

type Bucket = { at: number; counts: ReadonlyMap<string, number>; isKnown: boolean };

/** Divides a range into bars of equal length, each of whole buckets. */
function barsOf(
  buckets: readonly Bucket[],
  { from, to }: Span,
  stepMs: number,
  isKnown: (at: number) => boolean,
): Bar[] {
  const first = Math.floor(from / stepMs) * stepMs;
  const width = Math.ceil((to - first) / stepMs / BARS_MAX) * stepMs;
  const bars = Array.from({ length: Math.ceil((to - first) / width) }, (_, place): Bar => {
    const start = first + place * width;
    return { from: start, to: start + width, counts: noCounts(), isKnown: isKnown(start) };
  });
  for (const { at, counts, isKnown: isBucketKnown } of buckets) {
    const bar = bars[Math.floor((at - first) / width)];
    if (!bar) continue;
    bar.isKnown ||= isBucketKnown;
    for (const [name, count] of counts) bar.counts[groupOf(name)] += count;
  }
  return bars;
}

/** Bars of lines that were counted, newest first: older bars than the count has reached are not known. */
export function countedBars({ buckets, isWhole, countedTo }: Counted, span: Span): Bar[] {
  const reached = isWhole ? 0 : countedTo === undefined ? span.to : Date.parse(countedTo);
  const list = [...buckets].map(([at, counts]) => ({ at, counts, isKnown: false }));
  return barsOf(list, span, STEP_MS[stepFor(span)], (at) => at >= reached);
}

type Series = { from: string; step_seconds: number; series: { name: string; values: (number | null)[] }[] };

/** Bars of series, with the levels that the query asks for. */
export function seriesBars({ from, step_seconds, series }: Series, span: Span, terms: readonly Term[]): Bar[] {
  const asked = new Set(levelsOf(terms).map(level));
  const stepMs = step_seconds * 1000;
  const named = series
    .map(({ name, values }) => ({ name: name.replace(/^logs\./, ""), values }))
    .filter(({ name }) => asked.size === 0 || asked.has(name));
  const start = Date.parse(from);
  const buckets = (named[0]?.values ?? []).map((_, place): Bucket => {
    const counts = new Map(named.map(({ name, values }) => [name, values[place] ?? 0]));
    return { at: start + place * stepMs, counts, isKnown: named.some(({ values }) => values[place] !== null) };
  });
  return barsOf(buckets, span, stepMs, () => false);
}

/** The sum of all bars. */
export function sumOf(bars: readonly Bar[]): Counts {
  const sum = noCounts();
  for (const { counts } of bars) for (const group of GROUPS) sum[group] += counts[group];
  return sum;
}
