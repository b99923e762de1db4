/** Puts together the figures of a period. Pure. */
import type { Analytics, SeriesRow } from "./contract";
import { addDays, daysBetween } from "./days";

type DayFigures = { day: string; users: number; sessions: number; seconds: number; actions: number; views: number };
type Totals = Omit<NonNullable<Analytics["previous"]>, "active_users">;

/** Longer periods are drawn by week instead of by day. */
const MAX_DAY_ROWS = 120;

const sum = (rows: readonly DayFigures[], name: Exclude<keyof DayFigures, "day">) =>
  rows.reduce((total, row) => total + row[name], 0);
const mean = (seconds: number, sessions: number) => (sessions === 0 ? 0 : Math.round(seconds / sessions));

export function totals(rows: readonly DayFigures[]): Totals {
  return {
    total_sessions: sum(rows, "sessions"),
    avg_session_duration: mean(sum(rows, "seconds"), sum(rows, "sessions")),
    total_actions: sum(rows, "actions"),
    page_views: sum(rows, "views"),
  };
}

const toRow = (day: string, rows: readonly DayFigures[], days: number): SeriesRow => ({
  day,
  users: Math.round(sum(rows, "users") / days),
  sessions: sum(rows, "sessions"),
  avg_session_duration: mean(sum(rows, "seconds"), sum(rows, "sessions")),
  actions: sum(rows, "actions"),
  page_views: sum(rows, "views"),
});

/** A row for every day from `from` to `to`, or for every seven of them when `weeks`, counted back from `to`. */
export function seriesOf(rows: readonly DayFigures[], from: string, to: string, weeks: boolean): SeriesRow[] {
  const step = weeks ? 7 : 1;
  const count = Math.ceil((daysBetween(from, to) + 1) / step);
  const buckets: DayFigures[][] = Array.from({ length: count }, () => []);
  for (const row of rows) buckets[count - 1 - Math.floor(daysBetween(row.day, to) / step)]?.push(row);
  return buckets.map((bucket, at) => {
    const day = addDays(to, -step * (count - at) + 1);
    // The first week may begin before the span does.
    const days = day < from ? daysBetween(from, addDays(day, step)) : step;
    return toRow(day < from ? from : day, bucket, days);
  });
}

export const bucketOf = (from: string, to: string): Analytics["bucket"] =>
  daysBetween(from, to) >= MAX_DAY_ROWS ? "week" : "day";
