import { describe, expect, it } from "vitest";
import { NEW_WHEN, recurrenceOf, whenOf, whenText } from "./when";

const cron = (text: string) => ({ cron: text, every_minutes: null });

describe("when a schedule runs", () => {
  it.each([
    ["0 * * * *", "Every hour"],
    ["5 * * * *", "Every hour at minute 5"],
    ["30 2 * * *", "Every day at 02:30"],
    ["0 8 * * 1-5", "Monday to Friday at 08:00"],
    ["15 23 * * 0", "Every Sunday at 23:15"],
    ["0 0 15 * *", "Day 15 of every month at 00:00"],
    ["*/5 9-17 * * 1-5", "*/5 9-17 * * 1-5"],
    ["0 0 13 * 5", "0 0 13 * 5"],
    ["0 * 1 * *", "0 * 1 * *"],
  ])("says and keeps the expression %s", (text, said) => {
    expect(whenText(cron(text))).toBe(said);
    expect(recurrenceOf(whenOf(cron(text)))).toEqual({ cron: text });
  });

  it.each([
    [1, "Every minute"],
    [45, "Every 45 minutes"],
    [60, "Every hour"],
    [2880, "Every 2 days"],
  ])("says an interval of %i minutes", (every_minutes, said) => {
    expect(whenText({ cron: null, every_minutes })).toBe(said);
    expect(recurrenceOf(whenOf({ cron: null, every_minutes }))).toEqual({ every_minutes });
  });

  it.each([
    { kind: "minutes", minutes: "0" },
    { kind: "minutes", minutes: "" },
    { kind: "daily", time: "" },
    { kind: "hourly", minute: "" },
    { kind: "cron", cron: " " },
  ] as const)("is unknown while a field is empty: %j", (change) => {
    expect(recurrenceOf({ ...NEW_WHEN, ...change })).toBeUndefined();
  });
});
