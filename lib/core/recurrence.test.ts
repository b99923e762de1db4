import { describe, expect, it } from "vitest";
import { nextAfter, nextTimes, type Recurrence } from "./recurrence";

const cron = (text: string, time_zone = "Europe/Berlin"): Recurrence => ({
  ...{ cron: text, every_minutes: null, time_zone, starts_at: 0 },
});
const times = (recurrence: Recurrence, after: string, count: number) =>
  nextTimes(recurrence, Date.parse(after), count).map((at) => new Date(at).toISOString().slice(0, 16));

describe("when summer time begins (Berlin, 2026-03-29, 02:00 becomes 03:00)", () => {
  it("runs a skipped local time once, right after the gap", () =>
    expect(times(cron("30 2 * * *"), "2026-03-27T12:00:00Z", 4)).toEqual([
      ...["2026-03-28T01:30", "2026-03-29T01:00", "2026-03-30T00:30", "2026-03-31T00:30"],
    ]));

  it("runs several skipped times as one, together with a run that is due then anyway", () =>
    expect(times(cron("*/20 2,3 * * *"), "2026-03-28T12:00:00Z", 4)).toEqual([
      ...["2026-03-29T01:00", "2026-03-29T01:20", "2026-03-29T01:40", "2026-03-30T00:00"],
    ]));

  it("runs hourly expressions by elapsed time", () =>
    expect(times(cron("30 * * * *"), "2026-03-28T23:45:00Z", 3)).toEqual([
      ...["2026-03-29T00:30", "2026-03-29T01:30", "2026-03-29T02:30"],
    ]));
});

describe("when summer time ends (Berlin, 2026-10-25, 03:00 becomes 02:00)", () => {
  it("runs a doubled local time once, the first time", () =>
    expect(times(cron("30 2 * * *"), "2026-10-24T12:00:00Z", 2)).toEqual(["2026-10-25T00:30", "2026-10-26T01:30"]));

  it("does not run it again when asked between the two passes", () =>
    expect(times(cron("30 2 * * *"), "2026-10-25T00:30:00Z", 1)).toEqual(["2026-10-26T01:30"]));

  it("runs hourly expressions in both passes", () =>
    expect(times(cron("0 * * * *"), "2026-10-24T23:30:00Z", 4)).toEqual([
      ...["2026-10-25T00:00", "2026-10-25T01:00", "2026-10-25T02:00", "2026-10-25T03:00"],
    ]));
});

it("follows a change of half an hour (Lord Howe, 2026-04-05, 02:00 becomes 01:30)", () =>
  expect(times(cron("45 1 * * *", "Australia/Lord_Howe"), "2026-04-03T20:00:00Z", 2)).toEqual([
    ...["2026-04-04T14:45", "2026-04-05T15:15"],
  ]));

it("agrees with a minute-by-minute reading of the clock on ordinary days", () => {
  const recurrence = cron("*/17 4,9-11 * 6 1-5", "America/New_York");
  const at = Date.parse("2026-06-01T00:00:00Z");
  const expected: number[] = [];
  const format = new Intl.DateTimeFormat("en-US", {
    ...{ timeZone: "America/New_York", hourCycle: "h23", hour: "numeric", minute: "numeric", weekday: "short" },
  });
  for (let minute = 1; minute < 10 * 1440; minute++) {
    const read = Object.fromEntries(format.formatToParts(at + minute * 60_000).map(({ type, value }) => [type, value]));
    const isDue = Number(read.minute) % 17 === 0 && [4, 9, 10, 11].includes(Number(read.hour));
    if (isDue && !["Sat", "Sun"].includes(read.weekday!)) expected.push(at + minute * 60_000);
  }
  expect(nextTimes(recurrence, at, expected.length)).toEqual(expected);
});

it("counts minutes from the start", () => {
  const every: Recurrence = { cron: null, every_minutes: 90, time_zone: "UTC", starts_at: 1_000_000 };
  expect(nextAfter(every, 0)).toBe(1_000_000);
  expect(nextAfter(every, 1_000_000)).toBe(1_000_000 + 90 * 60_000);
  expect(nextAfter(every, 1_000_000 + 90 * 60_000 * 7 + 1)).toBe(1_000_000 + 90 * 60_000 * 8);
});

it("returns null for a date that never comes", () => expect(nextAfter(cron("0 0 30 2 *"), 0)).toBeNull());

it.each(["61 * * * *", "* * * * * *", "daily", "1-0 * * * *"])("names the field of an expression like %j", (text) =>
  expect(() => nextAfter(cron(text), 0)).toThrow(/^cron: /),
);
