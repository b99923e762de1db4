/**
 * The one reader of times that come from people and programs. Browser-safe, without zod, so that pages use it too.
 */

const DAY_MS = 86_400_000;

/** Date, time, fraction, zone. RFC 3339 allows lower case and a space in place of T; seconds may be left out. */
const TIME =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9})\d*)?)?(?:([Zz])|([+-])(\d\d):?(\d\d))?$/;

/**
 * Reads such a text as epoch milliseconds. `zone` applies if the text names none. NaN for a date that does not exist.
 */
function read(text: string, zone: "UTC" | undefined): number {
  const found = TIME.exec(text);
  if (!found) return Number.NaN;
  const [, year, month, day, hour, minute, second = "0", fraction = "", utc, sign, hours, minutes] = found;
  if (!utc && !sign && !zone) return Number.NaN;
  // RFC 3339 allows leap seconds (":60"), which computer clocks do not know: read one as the next second.
  const isReal = Number(hour) < 24 && Number(minute) < 60 && Number(second) <= 60;
  const at = new Date(0);
  at.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // Date.UTC moves a day that the month does not have into another month.
  if (!isReal || at.getUTCMonth() !== Number(month) - 1 || at.getUTCDate() !== Number(day)) return Number.NaN;
  if (sign && (Number(hours) > 23 || Number(minutes) > 59)) return Number.NaN;
  const offset = sign ? (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === "-" ? -1 : 1) : 0;
  const ms = Number(fraction.padEnd(3, "0").slice(0, 3));
  return at.getTime() + (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1000 + ms - offset;
}

/** The error text for a time that cannot be read. */
export const TIME_RULE =
  "must be a date and time that exist, with a time zone, such as 2026-01-01T12:00:00Z or …+01:00";

/**
 * Reads RFC 3339 with `Z` or an offset as epoch milliseconds. NaN for impossible dates, for a missing zone, and for
 * anything else.
 */
export const parseTime = (text: string): number => read(text, undefined);

const SPAN = /^(\d{1,6})([smhd])$/;
const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: DAY_MS };

/** A time as parseTime reads it, or a span back from `now` such as 15m, 1h, 7d. NaN for anything else. */
export function parseInstant(text: string, now: number): number {
  const [, count, unit] = SPAN.exec(text) ?? [];
  if (count !== undefined) return now - Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
  return parseTime(text);
}

/** The longest distance of a bot's time from the time of receipt. */
const EVENT_PAST_MS = 30 * DAY_MS;
export const EVENT_FUTURE_MS = 300_000;
/** Values below this are epoch seconds, which reach it in the year 5138; milliseconds reached it in 1973. */
const SECONDS_MAX = 1e11;

/**
 * When something happened, as a bot tells it: RFC 3339, the same without a zone (Python's isoformat(), taken as UTC), epoch
 * seconds or milliseconds. A bot with a wrong clock must not lose its logs, so nothing is refused.
 *
 * @returns epoch milliseconds; undefined when it is none of these or lies outside the window around `now`
 */
export function parseEventTime(value: unknown, now: number): number | undefined {
  let at = Number.NaN;
  const epoch = typeof value === "string" && /^\d{9,13}(\.\d{1,9})?$/.test(value.trim()) ? Number(value) : value;
  if (typeof epoch === "number") at = Math.round(Math.abs(epoch) < SECONDS_MAX ? epoch * 1000 : epoch);
  else if (typeof value === "string" && value.length <= 64) at = read(value.trim(), "UTC");
  return at >= now - EVENT_PAST_MS && at <= now + EVENT_FUTURE_MS ? at : undefined;
}

/** True when the runtime knows the zone. Offsets such as +01:00 count, but never follow summer time. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
