import { describe, expect, it } from "vitest";
import { isActive, occurrenceAt } from "./occurrences";

const at = (time: string) => Date.parse(`2026-03-${time}:00Z`);
const single = { starts_at: at("10T01:00"), ends_at: at("10T03:00"), ended_at: null };
const once = { ...single, cron: null, time_zone: "UTC", duration_minutes: null };
const nightly = { ...once, starts_at: null, ends_at: null, cron: "0 2 * * *", duration_minutes: 60 };
const shown = (window: Parameters<typeof occurrenceAt>[0], time: number) => {
  const next = occurrenceAt(window, time);
  return next && [new Date(next.starts_at).toISOString().slice(8, 16), isActive(next, time)];
};

describe("a single window", () => {
  it.each([
    ["10T00:59", ["10T01:00", false]],
    ["10T01:00", ["10T01:00", true]],
    ["10T02:59", ["10T01:00", true]],
    ["10T03:00", null],
  ])("at %s", (time, expected) => expect(shown(once, at(time))).toEqual(expected));

  it("is over once a person has ended it", () =>
    expect(shown({ ...once, ended_at: at("10T02:00") }, at("10T02:00"))).toBeNull());
});

describe("a window that repeats", () => {
  it.each([
    ["10T01:59", ["10T02:00", false]],
    ["10T02:00", ["10T02:00", true]],
    ["10T02:59", ["10T02:00", true]],
    ["10T03:00", ["11T02:00", false]],
  ])("at %s", (time, expected) => expect(shown(nightly, at(time))).toEqual(expected));

  it("begins again after a person has ended one time of it", () =>
    expect(shown({ ...nightly, ended_at: at("10T02:10") }, at("10T02:10"))).toEqual(["11T02:00", false]));

  it("lasts through two times that overlap", () => {
    const hourly = { ...nightly, cron: "0 * * * *", duration_minutes: 90 };
    expect(shown(hourly, at("10T02:10"))).toEqual(["10T01:00", true]);
    expect(shown(hourly, at("10T02:30"))).toEqual(["10T02:00", true]);
  });

  it("follows the clock of its zone when summer time begins", () => {
    const berlin = { ...nightly, time_zone: "Europe/Berlin" };
    expect(shown(berlin, at("28T00:30"))).toEqual(["28T01:00", false]);
    expect(shown(berlin, at("30T00:30"))).toEqual(["30T00:00", true]);
  });
});
