import { describe, expect, it } from "vitest";
import { shareText } from "@/lib/core/format/units";
import { type ChartData, chartSentence, hasValues, highestOf, stackedValues, unknownShare } from "./model";

const MINUTE = 60_000;
const data = (given: Partial<ChartData>): ChartData => ({
  start: 0,
  stepMs: MINUTE,
  until: 4 * MINUTE,
  known: [1, 1, 1, 1],
  lines: [
    { label: "Errors", tone: "bad", values: [1, 0, null, 2] },
    { label: "Info", tone: "info", values: [10, 0, null, 1200] },
  ],
  ...given,
});

it("stacks values, and keeps a bucket empty where no line has a value", () => {
  expect(stackedValues(data({}).lines)).toEqual([
    [1, 0, null, 2],
    [11, 0, null, 1202],
  ]);
});

describe("unknownShare", () => {
  it("does not count the part of the last bucket that is still to come", () => {
    expect(unknownShare(data({ known: [1, 1, 1, 0.5], until: 3.5 * MINUTE }))).toBe(0);
    expect(unknownShare(data({ known: [0, 1, 1, 0], until: 3 * MINUTE }))).toBeCloseTo(1 / 3);
  });

  it("is everything for a range that is still to come", () => {
    expect(unknownShare(data({ until: -1 }))).toBe(1);
  });
});

it("never rounds a share to all or nothing", () => {
  expect([0, 0.001, 0.12, 0.996, 1].map(shareText)).toEqual(["", "under 1 %", "12 %", "over 99 %", "100 %"]);
});

it("finds the highest value, and none among zeros", () => {
  expect(highestOf([0, 3, null, 2])).toEqual({ value: 3, at: 1 });
  expect(highestOf([0, null])).toBeUndefined();
  expect(hasValues(data({ lines: [{ label: "Errors", tone: "bad", values: [0, null] }] }))).toBe(false);
});

describe("chartSentence", () => {
  const common = {
    range: "last 4 minutes",
    format: (value: number) => value.toLocaleString("en"),
    time: (at: number) => `minute ${at / MINUTE}`,
  };

  it("says the sums of bars and their highest bucket", () => {
    expect(chartSentence({ title: "Logs", kind: "bars", data: data({ known: [1, 1, 0, 1] }), ...common })).toBe(
      "Logs, last 4 minutes: 3 errors, 1,210 info. Highest: 1,202 at minute 3. No data for 25 % of the time.",
    );
  });

  it("says the last and the highest value of lines", () => {
    const lines: ChartData["lines"] = [
      { label: "p95", tone: "accent", values: [null, 40, 30, null] },
      { label: "p50", tone: "ok", values: [null, null, null, null] },
    ];
    expect(chartSentence({ title: "Duration", kind: "lines", data: data({ lines }), ...common })).toBe(
      "Duration, last 4 minutes: p95 last 30, highest 40 at minute 1; p50 unknown.",
    );
  });

  it("tells an empty range from one that nothing is known about", () => {
    const lines: ChartData["lines"] = [{ label: "Errors", tone: "bad", values: [0, 0, 0, 0] }];
    expect(chartSentence({ title: "Logs", kind: "bars", data: data({ lines }), ...common })).toBe(
      "Logs, last 4 minutes: nothing.",
    );
    expect(chartSentence({ title: "Logs", kind: "bars", data: data({ lines, known: [0, 0, 0, 0] }), ...common })).toBe(
      "Logs, last 4 minutes: no data.",
    );
  });
});
