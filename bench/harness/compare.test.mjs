import { expect, it } from "vitest";
import { compareResults, judge, renderComparison } from "./compare.mjs";

const machine = { cpu: "a", cores: 2 };
const figure = (ratio, spread = 0.02, rest = {}) => ({
  id: "P1",
  what: "trip",
  of: "bare",
  ours: ratio,
  ratio,
  spread,
  ...rest,
});
const result = (figures, on = machine) => ({ machine: on, figures });

it("calls a figure worse when its ratio grew beyond the spread of both runs", () => {
  expect(judge(figure(2), figure(2.3))).toEqual({ change: 1.15, verdict: "worse" });
});

it("calls a figure better when its ratio fell beyond the spread of both runs", () => {
  expect(judge(figure(2), figure(1.5)).verdict).toBe("better");
});

it("calls a growth the same when the rounds of both runs overlap", () => {
  expect(judge(figure(2, 0.1), figure(2.3, 0.1)).verdict).toBe("same");
});

it("calls a growth of less than a twentieth the same, however close the rounds lie", () => {
  expect(judge(figure(2, 0), figure(2.08, 0)).verdict).toBe("same");
});

it("assumes a tenth of spread for a figure that was measured once", () => {
  expect(judge(figure(2, null), figure(2.3, null)).verdict).toBe("same");
  expect(judge(figure(2, null), figure(2.6, null)).verdict).toBe("worse");
});

it("calls a count that left zero worse, and one that stayed at zero the same", () => {
  const count = (ours) => ({ id: "P6", what: "dropped", ours, goal: 0 });
  expect(judge(count(0), count(0)).verdict).toBe("same");
  expect(judge(count(0), count(3)).verdict).toBe("worse");
});

it("compares ratios between machines, but no absolute values", () => {
  const absolute = { id: "P11", what: "bytes", ours: 100, unit: "kB", spread: 0 };
  const before = result([figure(2), absolute]);
  const after = result([figure(3), { ...absolute, ours: 200 }], { cpu: "b", cores: 8 });
  expect(compareResults(before, after).rows.map(({ verdict }) => verdict)).toEqual(["worse", "other machine"]);
});

it("compares the figures of both results and names those of only one", () => {
  const before = result([figure(2), figure(1, 0, { what: "removed" })]);
  const after = result([
    figure(2),
    { id: "P2", what: "cpu", of: "bare", notRun: "no Redis" },
    figure(1, 0, { what: "new" }),
  ]);
  const { rows, unmatched } = compareResults(before, after);
  expect(rows.map(({ key }) => key)).toEqual(["P1 · trip · bare"]);
  expect(unmatched).toEqual(["P1 · removed · bare", "P1 · new · bare"]);
});

it("renders the worse figures first, and counts the verdicts", () => {
  const before = result([figure(1, 0, { what: "same" }), figure(1, 0, { what: "slow" })]);
  const after = result([figure(1, 0, { what: "same" }), figure(2, 0, { what: "slow" })]);
  const text = renderComparison(compareResults(before, after));
  expect(text.indexOf("slow")).toBeLessThan(text.indexOf("same"));
  expect(text).toContain("×2.00");
  expect(text).toContain("1 worse, 1 same");
});
