/** Ranges of time as pages keep them in their address: `?from=now-24h&to=now`. Browser-safe. */
import { parseInstant } from "@/lib/core/contract.time";

/** Both ends are "now", a span before it such as "now-15m", or an ISO time. */
export type TimeRange = { readonly from: string; readonly to: string };
type Span = { from: number; to: number };

const MINUTE_MS = 60_000;
/** The shortest range that a person can zoom to. */
const SHORTEST_MS = MINUTE_MS;

/** The spans that the picker offers. */
export const PRESETS = ["15m", "1h", "3h", "6h", "12h", "24h", "2d", "7d", "14d", "30d"] as const;

export const DEFAULT_RANGE: TimeRange = { from: "now-24h", to: "now" };

/** The range that ends now and is as long as a span such as "3h". */
export const lastRange = (span: string): TimeRange => ({ from: `now-${span}`, to: "now" });

/** A range between two times, in epoch milliseconds. */
export const fixedRange = ({ from, to }: Span): TimeRange => ({
  from: new Date(from).toISOString(),
  to: new Date(Math.max(to, from + SHORTEST_MS)).toISOString(),
});

export const isSameRange = (one: TimeRange, other: TimeRange) => one.from === other.from && one.to === other.to;

/** Whether the range ends now, so that the page keeps itself current. */
export const isLiveRange = (range: TimeRange) => range.to === "now";

function endAt(text: string, now: number): number {
  if (text === "now") return now;
  // Without "now-" in front, a span would read as one that ends the range.
  return text.startsWith("now-")
    ? parseInstant(text.slice(4), now)
    : /^\d+\w$/.test(text)
      ? Number.NaN
      : parseInstant(text, now);
}

/** The range in epoch milliseconds; undefined when an end is no time, or the range ends before it begins. */
export function spanOf(range: TimeRange, now: number): Span | undefined {
  const [from, to] = [endAt(range.from, now), endAt(range.to, now)];
  return from < to ? { from, to } : undefined;
}

/** The ends of a range as the API takes them: a span back from now such as "24h", or a time; no `to` for now. */
export const rangeQuery = ({ from, to }: TimeRange): { from: string; to?: string } => ({
  from: from.replace(/^now-/, ""),
  ...(to !== "now" && { to: to.replace(/^now-/, "") }),
});

const wholeSpan = (ms: number): string => {
  const minutes = Math.max(1, Math.round(ms / MINUTE_MS));
  if (minutes % 1440 === 0 && minutes > 1440) return `${minutes / 1440}d`;
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
};

/** A range between two times, or up to now when it would end later. */
function upToNow({ from, to }: Span, now: number): TimeRange {
  return to >= now ? lastRange(wholeSpan(to - from)) : fixedRange({ from, to });
}

/** The range twice as long around the same middle. One that would end later than now ends now. */
export function zoomedOut(range: TimeRange, now: number): TimeRange {
  const span = spanOf(range, now);
  if (!span) return DEFAULT_RANGE;
  const half = (span.to - span.from) / 2;
  return upToNow(
    isLiveRange(range) ? { from: span.from - 2 * half, to: span.to } : { from: span.from - half, to: span.to + half },
    now,
  );
}

/** The range moved by half its length: back with -1, forward with 1. */
export function shifted(range: TimeRange, direction: -1 | 1, now: number): TimeRange {
  const span = spanOf(range, now);
  if (!span) return DEFAULT_RANGE;
  const by = ((span.to - span.from) / 2) * direction;
  return upToNow({ from: span.from + by, to: span.to + by }, now);
}

/** The range with its ends fixed where they are now, or made to end now again at the same length. */
export function withLive(range: TimeRange, isLive: boolean, now: number): TimeRange {
  const span = spanOf(range, now);
  if (!span) return DEFAULT_RANGE;
  return isLive ? lastRange(wholeSpan(span.to - span.from)) : fixedRange(span);
}

const UNITS = { m: "minute", h: "hour", d: "day" } as const;

/** "Last 24 hours" for a range from a span before now to now; undefined for any other. */
export function rangeName({ from, to }: TimeRange): string | undefined {
  const [, count, unit] = (to === "now" && /^now-(\d+)([mhd])$/.exec(from)) || [];
  if (count === undefined) return undefined;
  const name = UNITS[unit as keyof typeof UNITS];
  return Number(count) === 1 ? `Last ${name}` : `Last ${count} ${name}s`;
}
