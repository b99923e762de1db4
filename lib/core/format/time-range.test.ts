import { describe, expect, it } from "vitest";
import {
  DEFAULT_RANGE,
  fixedRange,
  isLiveRange,
  lastRange,
  rangeName,
  rangeQuery,
  shifted,
  spanOf,
  withLive,
  zoomedOut,
} from "./time-range";

const NOON = Date.UTC(2026, 0, 2, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe("spanOf", () => {
  it.each([
    [{ from: "now-24h", to: "now" }, DAY, 0],
    [{ from: "now-2d", to: "now-1d" }, 2 * DAY, DAY],
    [{ from: "2026-01-02T10:00:00Z", to: "2026-01-02T11:00:00.000Z" }, 2 * HOUR, HOUR],
  ])("resolves %j", (range, from, to) => expect(spanOf(range, NOON)).toEqual({ from: NOON - from, to: NOON - to }));

  it.each([
    { from: "now", to: "now" },
    { from: "now-1h", to: "now-2h" },
    { from: "1h", to: "now" },
    { from: "yesterday", to: "now" },
    { from: "now-1x", to: "now" },
    { from: "", to: "" },
  ])("refuses %j", (range) => expect(spanOf(range, NOON)).toBeUndefined());
});

it("writes ranges as the API reads them", () => {
  expect(rangeQuery(lastRange("7d"))).toEqual({ from: "7d" });
  expect(rangeQuery({ from: "now-7d", to: "now-1d" })).toEqual({ from: "7d", to: "1d" });
  const fixed = fixedRange({ from: NOON - HOUR, to: NOON });
  expect(rangeQuery(fixed)).toEqual(fixed);
});

it("zooms a live range out to one twice as long that ends now", () => {
  expect(zoomedOut(lastRange("15m"), NOON)).toEqual(lastRange("30m"));
  expect(zoomedOut(lastRange("30m"), NOON)).toEqual(lastRange("1h"));
  expect(zoomedOut(lastRange("24h"), NOON)).toEqual(lastRange("2d"));
});

it("zooms a fixed range out around its middle, and up to now at most", () => {
  const past = fixedRange({ from: NOON - 3 * DAY, to: NOON - 2 * DAY });
  expect(spanOf(zoomedOut(past, NOON), NOON)).toEqual({ from: NOON - 3.5 * DAY, to: NOON - 1.5 * DAY });
  const recent = fixedRange({ from: NOON - 2 * HOUR, to: NOON - HOUR / 4 });
  expect(isLiveRange(zoomedOut(recent, NOON))).toBe(true);
});

it("moves a range by half its length, and becomes live again at the end", () => {
  const earlier = shifted(lastRange("2h"), -1, NOON);
  expect(spanOf(earlier, NOON)).toEqual({ from: NOON - 3 * HOUR, to: NOON - HOUR });
  expect(shifted(earlier, 1, NOON)).toEqual(lastRange("2h"));
});

it("fixes a live range where it is, and makes it live again at the same length", () => {
  const paused = withLive(lastRange("24h"), false, NOON);
  expect(paused).toEqual(fixedRange({ from: NOON - DAY, to: NOON }));
  expect(withLive(paused, true, NOON + HOUR)).toEqual(DEFAULT_RANGE);
});

it("never makes a fixed range shorter than a minute", () => {
  expect(spanOf(fixedRange({ from: NOON, to: NOON + 1 }), NOON)).toEqual({ from: NOON, to: NOON + 60_000 });
});

it("names ranges that end now", () => {
  expect(rangeName(lastRange("1h"))).toBe("Last hour");
  expect(rangeName(lastRange("15m"))).toBe("Last 15 minutes");
  expect(rangeName(fixedRange({ from: NOON, to: NOON + DAY }))).toBeUndefined();
});
