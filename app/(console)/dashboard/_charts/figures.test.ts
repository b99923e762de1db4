import { describe, expect, it } from "vitest";
import type { SeriesAnswer } from "@/lib/fleet/series/queries";
import {
  durationFigures,
  logFigures,
  millisecondsText,
  numberText,
  percentText,
  reportedFigures,
  sumOf,
} from "./figures";

const answer = (series: SeriesAnswer["series"]): SeriesAnswer => ({
  bot_id: null,
  from: "2026-01-01T00:00:00.000Z",
  to: "2026-01-01T00:02:00.000Z",
  step: "minute",
  step_seconds: 60,
  known: [1, 0],
  series,
});

it("adds series, and leaves a bucket unknown where all of them are", () => {
  const both = answer([
    { name: "logs.error", values: [1, null] },
    { name: "logs.critical", values: [2, null] },
  ]);
  expect(sumOf(both, ["logs.error", "logs.critical", "logs.missing"])).toEqual([3, null]);
  const [errors] = logFigures(both).lines;
  expect(errors).toEqual({ label: "Errors", tone: "bad", values: [3, null] });
});

it("shows the percentiles of durations, never their counts", () => {
  const { lines } = durationFigures(
    answer([{ name: "latency.done", values: [7, null], p50: [20, null], p95: [90, null] }]),
  );
  expect(lines.map(({ label, values }) => [label, values])).toEqual([
    ["p95", [90, null]],
    ["p50", [20, null]],
  ]);
});

it("makes a chart of each number that a bot reported", () => {
  const charts = reportedFigures(answer([{ name: "metric.cpu", values: [0.5, null], max: [0.9, null] }]));
  expect(charts.map(({ name, data }) => [name, data.lines.map(({ values }) => values[0])])).toEqual([
    ["cpu", [0.5, 0.9]],
  ]);
});

describe("texts of figures", () => {
  it.each([
    [0, "0"],
    [1204, "1,204"],
    [0.125, "0.125"],
    [2_345_678, "2.35M"],
  ])("writes %d as %s", (value, text) => expect(numberText(value)).toBe(text));

  it.each([
    [34.4, "34 ms"],
    [1250, "1.3 s"],
    [90_000, "1.5 min"],
    [7_200_000, "2 h"],
  ])("writes %d ms as %s", (value, text) => expect(millisecondsText(value)).toBe(text));

  it("writes shares as percentages", () => expect(percentText(0.128)).toBe("12.8 %"));
});
