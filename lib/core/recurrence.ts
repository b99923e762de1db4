/**
 * Computes when something that repeats is due. Cron expressions follow the clock of a time zone, also when summer time
 * begins and ends (docs/decisions/032-schedules.md).
 */
import { Cron, CronPattern } from "croner";
import { invalid } from "./errors";
import { matchesSomeDate } from "./recurrence.dates";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Exactly one of `cron` and `every_minutes` is set. `starts_at` in epoch ms. */
export type Recurrence = {
  cron: string | null;
  every_minutes: number | null;
  time_zone: string;
  starts_at: number;
};

/** Formatters by zone. Making one costs a hundred times as much as using it. */
const formatters = new Map<string, Intl.DateTimeFormat>();
const ZONES_KEPT = 100;

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  if (formatters.size >= ZONES_KEPT) formatters.clear();
  const fields = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric" } as const;
  const made = new Intl.DateTimeFormat("en-US", {
    ...{ ...fields, minute: "numeric", second: "numeric", hourCycle: "h23", timeZone: zone },
  });
  formatters.set(zone, made);
  return made;
}

/** The time that clocks of the zone show at an instant, as epoch ms of the same reading in UTC. */
function clockAt(zone: string, at: number): number {
  // The first use of any time zone loads Node's tables of them, which holds the process for 14 ms. UTC needs none.
  if (zone === "UTC") return at;
  const read: Record<string, number> = {};
  for (const { type, value } of formatterOf(zone).formatToParts(at)) read[type] = Number(value);
  const { year, month, day, hour, minute, second } = read;
  const whole = Date.UTC(year!, month! - 1, day!, hour, minute, second);
  return whole + (((at % 1000) + 1000) % 1000);
}

const offsetAt = (zone: string, at: number): number => clockAt(zone, at) - at;

/** The first instant in (before, after] at which the zone's offset is no longer that of `before`. */
function changeBetween(zone: string, before: number, after: number): number {
  const offset = offsetAt(zone, before);
  let [low, high] = [before, after];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(zone, middle) === offset) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The instant at which clocks of the zone first show a reading. A reading that they skip is due when the gap ends: that is the
 * first instant whose reading is later.
 */
function instantOf(zone: string, reading: number): number {
  const early = offsetAt(zone, reading - DAY_MS);
  const late = offsetAt(zone, reading + DAY_MS);
  const candidates = [reading - Math.max(early, late), reading - Math.min(early, late)];
  const shown = candidates.filter((at) => clockAt(zone, at) === reading);
  if (shown.length > 0) return Math.min(...shown);
  return changeBetween(zone, candidates[0]! - 1, candidates[1]! + 1);
}

const MODE = { mode: "5-part" } as const;

/** @throws AppError INVALID_INPUT the expression cannot be read */
function parsed(pattern: string): Cron {
  try {
    // The expression is matched against readings of the zone's clock, which are handed over as if they were UTC.
    return new Cron(pattern, { ...MODE, utcOffset: 0, paused: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^CronPattern: /, "") : "";
    throw invalid("cron", `cannot be read as minute, hour, day, month and weekday: ${reason}`);
  }
}

/** Returns whether an expression runs in every hour: such runs follow elapsed time instead of the clock's readings. */
const isHourly = (pattern: string): boolean => /^(@hourly$|\S+\s+(\*|\?|\*\/1|0-23)\s)/i.test(pattern);

const nextReading = (cron: Cron, after: number): number | null => cron.nextRun(new Date(after))?.getTime() ?? null;

/** The next time of an expression for every hour: each instant whose reading matches, in both passes of a repeated hour. */
function nextElapsed(cron: Cron, zone: string, after: number): number | null {
  let from = after;
  for (;;) {
    const offset = offsetAt(zone, from);
    const reading = nextReading(cron, from + offset);
    if (reading === null) return null;
    const at = reading - offset;
    if (offsetAt(zone, at) === offset) return at;
    const change = changeBetween(zone, from, at);
    // Croner looks strictly after the second it is given, and the change itself may be due.
    const first = nextReading(cron, change + offsetAt(zone, change) - 1000);
    if (first === change + offsetAt(zone, change)) return change;
    from = change;
  }
}

/** The next time of any other expression: each reading once, and skipped readings when the gap ends. */
function nextByClock(cron: Cron, zone: string, after: number): number | null {
  let reading = nextReading(cron, clockAt(zone, after));
  while (reading !== null) {
    const at = instantOf(zone, reading);
    // The second pass of a repeated hour shows readings whose time has passed.
    if (at > after) return at;
    reading = nextReading(cron, reading);
  }
  return null;
}

/**
 * Returns the first time after `after` at which it is due, in epoch ms; null if it never is again.
 *
 * Readings that a clock skips when summer time begins are due once, right after the gap; readings that it shows twice are due
 * the first time. Expressions for every hour (`*` in the field of hours) follow elapsed time instead.
 *
 * @throws AppError INVALID_INPUT the expression cannot be read
 */
export function nextAfter({ cron, every_minutes, time_zone, starts_at }: Recurrence, after: number): number | null {
  if (every_minutes !== null) {
    if (after < starts_at) return starts_at;
    const step = every_minutes * MINUTE_MS;
    return starts_at + (Math.floor((after - starts_at) / step) + 1) * step;
  }
  if (cron === null) return null;
  const pattern = parsed(cron);
  if (!matchesSomeDate(new CronPattern(cron, undefined, MODE))) return null;
  return isHourly(cron) ? nextElapsed(pattern, time_zone, after) : nextByClock(pattern, time_zone, after);
}

/** Returns the next `count` times after `after`. @throws AppError INVALID_INPUT as nextAfter */
export function nextTimes(recurrence: Recurrence, after: number, count: number): number[] {
  const times: number[] = [];
  for (let at = nextAfter(recurrence, after); at !== null; at = nextAfter(recurrence, at)) {
    times.push(at);
    if (times.length >= count) break;
  }
  return times;
}
