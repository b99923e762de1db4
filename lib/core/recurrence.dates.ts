/** Decides whether any date of the calendar matches a cron expression, without searching years of dates for one. */
import type { CronPattern } from "croner";

type Pattern = Pick<
  CronPattern,
  | "day"
  | "month"
  | "dayOfWeek"
  | "nearestWeekdays"
  | "lastDayOfMonth"
  | "lastWeekday"
  | "starDOM"
  | "starDOW"
  | "useAndLogic"
>;

const MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** The bits of `dayOfWeek` in croner's patterns: first to fifth of the month, and the last one. */
const LAST_OF_MONTH = 32;
/** The most days between a date and its nearest weekday. */
const NEAREST = 2;

/** Returns whether a day of the month is named. Takes more days than croner for `W`, because it does not know the weekdays. */
function hasDay({ day, nearestWeekdays, lastDayOfMonth, lastWeekday }: Pattern, date: number, length: number): boolean {
  if (day[date - 1]) return true;
  if (lastDayOfMonth && date === length) return true;
  if (lastWeekday && date >= length - NEAREST) return true;
  return nearestWeekdays.some((isNamed, at) => isNamed && at < length && Math.abs(at + 1 - date) <= NEAREST);
}

/** Returns whether a day of the week is named, in its place of the month such as the second or the last one. */
function hasWeekday({ dayOfWeek }: Pattern, weekday: number, date: number, length: number): boolean {
  const places = dayOfWeek[weekday]!;
  return Boolean(places & (1 << Math.floor((date - 1) / 7))) || Boolean(places & LAST_OF_MONTH && date + 7 > length);
}

function hasDate(pattern: Pattern, date: number, length: number, weekday: number): boolean {
  if (pattern.starDOM) return hasWeekday(pattern, weekday, date, length);
  if (pattern.starDOW && !pattern.useAndLogic) return hasDay(pattern, date, length);
  const [isDay, isWeekday] = [hasDay(pattern, date, length), hasWeekday(pattern, weekday, date, length)];
  return pattern.useAndLogic ? isDay && isWeekday : isDay || isWeekday;
}

/**
 * Returns false only for an expression that no date matches, such as one for 30 February. Croner would search all years up to
 * 9999 for it, which takes up to 300 ms. Every month of the Gregorian calendar begins on each weekday in some year, except
 * for the 29th of February in combination with some; those take croner a few milliseconds.
 */
export const matchesSomeDate = (pattern: Pattern): boolean =>
  MONTHS.some((days, month) => {
    if (!pattern.month[month]) return false;
    for (const length of month === 1 ? [28, 29] : [days])
      for (let first = 0; first < 7; first++)
        for (let date = 1; date <= length; date++)
          if (hasDate(pattern, date, length, (first + date - 1) % 7)) return true;
    return false;
  });
