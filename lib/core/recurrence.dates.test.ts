import { Cron, CronPattern } from "croner";
import { expect, it } from "vitest";
import { matchesSomeDate } from "./recurrence.dates";

const decide = (date: string) => matchesSomeDate(new CronPattern(`0 0 ${date}`, undefined, { mode: "5-part" }));

it.each([
  "30 2 *",
  "31 2,4,6,9,11 *",
  "30 2 +MON",
  "29 2 +MON#1",
  "1 * +MON#2",
  "31 * +SUN#1",
  "L 2 +MON#1",
  "30W 2 *",
])("finds no date for %s", (date) => expect(decide(date)).toBe(false));

it("agrees with a search of the calendar", () => {
  const days = ["*", "1", "29", "30", "31", "28-30", "L", "LW", "*/10"];
  const weekdays = ["*", "1", "0#5", "5L", "+1", "+3#5", "+6L"];
  for (const day of days)
    for (const month of ["*", "2", "4,6", "12"])
      for (const weekday of weekdays) {
        const date = `${day} ${month} ${weekday}`;
        const isFound = new Cron(`0 0 ${date}`, { mode: "5-part", utcOffset: 0, paused: true }).nextRun(new Date(0));
        // An expression that is taken although no date matches it costs time; one that is refused wrongly would not run.
        if (isFound) expect([date, decide(date)]).toEqual([date, true]);
      }
});
