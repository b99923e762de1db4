import { expect, it } from "vitest";
import { createFigures, isMet } from "./figures.mjs";
import { findResult, mergeResults } from "./results.mjs";
import { spreadOf, spreadOfRatio } from "./statistics.mjs";
import { figuresTable } from "./table.mjs";
import { renderTrend, trendOf } from "./trend.mjs";

const collect = (...figures) => {
  const collected = createFigures(() => {});
  for (const figure of figures) collected.figure("P3", figure);
  return collected;
};

it("computes the ratio of the medians and the spread of the rounds' ratios", () => {
  const { figures } = collect({ what: "log", ours: [20, 10, 30], peer: [10, 5, 15], of: "raw", goal: 2 });
  expect(figures[0]).toMatchObject({ ours: 20, peer: 10, ratio: 2, spread: 0 });
  expect(isMet(figures[0])).toBe(true);
});

it("takes rounds of which one was slow on both sides for closer than the figures are", () => {
  const [ours, peer] = [
    [10, 11, 40],
    [5, 5.5, 20],
  ];
  expect(spreadOfRatio(ours, peer)).toBe(0);
  expect(spreadOf(ours)).toBeGreaterThan(1);
});

it("compares a figure without a peer with its goal by its value", () => {
  const { figures } = collect({ what: "frames", ours: 21, goal: 20, unit: "" }, { what: "rows", ours: 34, unit: "" });
  expect(figures.map(isMet)).toEqual([false, undefined]);
});

it("notes the CPU of child processes when it is more than a hundredth", () => {
  const sample = (childrenUs) => ({ us: 100, costs: [100], childrenUs });
  const { figures } = collect({ what: "a", ours: sample(25) }, { what: "b", ours: sample(0.5) });
  expect(figures.map(({ note }) => note)).toEqual(["of it 25 µs in child processes", ""]);
});

it("refuses a figure that is not a number", () => {
  expect(() => collect({ what: "a", ours: Number.NaN })).toThrow("a is not a number");
});

it("prints a figure that could not be measured with its reason", () => {
  const collected = collect({ what: "log", ours: 3, peer: 2, of: "raw", goal: 1 });
  collected.missing("P3", { what: "log", of: "Flask", notRun: "Flask is missing" });
  const [, , first, second] = figuresTable(collected.figures).split("\n");
  expect(first).toMatch(/1\.50 +\| ≤ 1 +\| NO/);
  expect(second).toContain("not run: Flask is missing");
});

it("replaces a measurement by that of a later result, and keeps the others in the order of their ids", () => {
  const figure = (id, file, ours) => ({ id, file, what: "x", ours });
  const first = { figures: [figure("P10", "a", 1), figure("P8", "b", 1), figure("P8", "c", 1)] };
  const later = { figures: [figure("P8", "b", 2)] };
  expect(mergeResults([first, later])).toEqual([figure("P8", "b", 2), figure("P8", "c", 1), figure("P10", "a", 1)]);
});

it("finds the newest result by the start of its name or commit", () => {
  const results = [
    { commit: "abc1", path: "bench/results/2026-01-01T0000-abc1.json" },
    { commit: "abc2", path: "bench/results/2026-01-02T0000-abc2.json" },
  ];
  expect(findResult("abc", results)).toBe(results[1]);
  expect(findResult("2026-01-01", results)).toBe(results[0]);
  expect(() => findResult("fff", results)).toThrow('no result "fff"');
});

it("draws the history of a measurement's figures, each with its goal", () => {
  const at = (date, ratio) => ({
    date,
    commit: "abcdef0123",
    figures: [{ id: "P2", what: "cpu", of: "bare", ours: 1, ratio, goal: 2 }],
  });
  const series = trendOf([at("2026-01-01", 4), at("2026-01-02", 1), { ...at("2026-01-03", 1), figures: [] }], "P2");
  const [title, first, second] = renderTrend(series).split("\n");
  expect(title).toBe("P2 · cpu · bare, goal ≤ 2");
  expect(first).toMatch(/2026-01-01 abcdef01 +4 █+│█+$/);
  expect(second).toMatch(/2026-01-02 abcdef01 +1 █+ +│$/);
});
