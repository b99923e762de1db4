import { describe, expect, it } from "vitest";
import { isTimeZone, parseEventTime, parseInstant, parseTime } from "./contract.time";

const NOON = Date.UTC(2026, 0, 1, 12);
const iso = (at: number) => new Date(at).toISOString();

describe("parseTime", () => {
  it.each([
    ["2026-01-01T12:00:00Z", "2026-01-01T12:00:00.000Z"],
    ["2026-01-01t12:00:00z", "2026-01-01T12:00:00.000Z"],
    ["2026-01-01 12:00:00Z", "2026-01-01T12:00:00.000Z"],
    ["2026-01-01T12:00Z", "2026-01-01T12:00:00.000Z"],
    ["2026-01-01T12:00:00+00:00", "2026-01-01T12:00:00.000Z"],
    ["2026-01-01T12:00:00-00:00", "2026-01-01T12:00:00.000Z"],
    ["2026-01-01T12:00:00+01:00", "2026-01-01T11:00:00.000Z"],
    ["2026-01-01T12:00:00-05:30", "2026-01-01T17:30:00.000Z"],
    ["2026-01-01T12:00:00.1Z", "2026-01-01T12:00:00.100Z"],
    ["2026-01-01T12:00:00.123456789012Z", "2026-01-01T12:00:00.123Z"],
    ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"],
    ["2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"],
    ["0099-01-01T00:00:00Z", "0099-01-01T00:00:00.000Z"],
  ])("reads %s", (text, expected) => expect(iso(parseTime(text))).toBe(expected));

  it.each([
    ["2026-02-30T00:00:00Z"],
    ["2025-02-29T00:00:00Z"],
    ["2026-13-01T00:00:00Z"],
    ["2026-00-10T00:00:00Z"],
    ["2026-01-00T00:00:00Z"],
    ["2026-01-01T24:00:00Z"],
    ["2026-01-01T12:60:00Z"],
    ["2026-01-01T12:00:61Z"],
    ["2026-01-01T12:00:00+24:00"],
    ["2026-01-01T12:00:00"],
    ["2026-01-01"],
    ["2026-01-01Z"],
    ["20260101T120000Z"],
    ["1767268800"],
    ["yesterday"],
    ["Thu, 01 Jan 2026 12:00:00 GMT"],
    [""],
  ])("refuses %s", (text) => expect(parseTime(text)).toBeNaN());
});

it("reads spans back from now", () => {
  expect(iso(parseInstant("15m", NOON))).toBe("2026-01-01T11:45:00.000Z");
  expect(iso(parseInstant("2d", NOON))).toBe("2025-12-30T12:00:00.000Z");
  expect(parseInstant("2w", NOON)).toBeNaN();
});

describe("parseEventTime", () => {
  const minuteAgo = NOON - 60_000;
  it.each([
    ["2026-01-01T11:59:00Z", "RFC 3339"],
    ["2026-01-01T13:59:00+02:00", "an offset"],
    ["2026-01-01T13:59:00+0200", "an offset without a colon"],
    ["2026-01-01T11:59:00", "no zone"],
    ["2026-01-01T11:59:00.000000", "isoformat()"],
    ["2026-01-01 11:59:00,000", "Python's logging"],
    [minuteAgo, "epoch milliseconds"],
    [minuteAgo / 1000, "epoch seconds"],
    [minuteAgo / 1000 + 0.0001, "time.time()"],
    [String(minuteAgo), "epoch milliseconds as text"],
    [`${minuteAgo / 1000}.25`, "epoch seconds as text", 250],
  ])("reads %s (%s)", (value, _, more = 0) => expect(parseEventTime(value, NOON)).toBe(minuteAgo + more));

  it.each([
    [null],
    [undefined],
    [true],
    [{}],
    [[]],
    [""],
    ["soon"],
    ["2026-02-30T00:00:00"],
    [0],
    [-1],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [NOON * 1000],
    [NOON - 31 * 86_400_000],
    [NOON + 301_000],
  ])("does not take %s", (value) => expect(parseEventTime(value, NOON)).toBeUndefined());

  it("takes the ends of its window", () => {
    expect(parseEventTime(NOON - 30 * 86_400_000, NOON)).toBe(NOON - 30 * 86_400_000);
    expect(parseEventTime(NOON + 300_000, NOON)).toBe(NOON + 300_000);
  });
});

describe("isTimeZone", () => {
  it.each(["UTC", "Europe/Berlin", "+01:00"])("accepts %s", (name) => expect(isTimeZone(name)).toBe(true));
  it.each(["", "Mars/Olympus", "Berlin time"])("refuses %j", (name) => expect(isTimeZone(name)).toBe(false));
});
