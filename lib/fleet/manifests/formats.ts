/**
 * The formats of JSON Schema that are checked. Only formats whose check takes time in proportion to the text are
 * included. Browser-safe.
 */

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIME = /^(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:z|[+-](\d\d):(\d\d))$/i;

function isDate(text: string): boolean {
  const [, year, month, day] = (DATE.exec(text) ?? []).map(Number);
  if (year === undefined || !month || !day || month > 12) return false;
  // Day 0 of the next month is the last day of this month. Date.UTC reads years below 100 as 19xx; adding 400 avoids
  // that and keeps leap years.
  return day <= new Date(Date.UTC(year + 400, month, 0)).getUTCDate();
}

function isTime(text: string): boolean {
  const match = TIME.exec(text);
  if (!match) return false;
  const [hour, minute, second, offsetHour, offsetMinute] = match.slice(1).map((digits) => Number(digits ?? 0));
  // Second 60 is a leap second.
  return hour! < 24 && minute! < 60 && second! <= 60 && offsetHour! < 24 && offsetMinute! < 60;
}

const CHECKS: Record<string, (text: string) => boolean> = {
  date: isDate,
  time: isTime,
  "date-time": (text) => /^.{10}[t\s]/i.test(text) && isDate(text.slice(0, 10)) && isTime(text.slice(11)),
  uuid: (text) => /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text),
  ipv4: (text) => /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text),
};

/** Names of the formats that `isFormat` checks. */
export const FORMATS = Object.keys(CHECKS);

/** Tests whether a text has this format. A format that is not in FORMATS always passes. */
export const isFormat = (format: string, text: string): boolean =>
  !Object.hasOwn(CHECKS, format) || CHECKS[format]!(text);
