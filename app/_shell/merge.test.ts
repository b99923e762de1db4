import { expect, it } from "vitest";
import { markedLines, mergedValues, mergeRows, usualSide } from "./merge";

const base = { name: "Gone", threshold: 300, severity: "high", bots: ["a"] };

it("lists only the fields that differ, and says which side changed each", () => {
  const theirs = { ...base, threshold: 400, severity: "low", bots: ["a"] };
  const yours = { ...base, name: "Offline", severity: "critical" };
  expect(mergeRows(base, theirs, yours)).toEqual([
    { field: "name", theirs: "Gone", yours: "Offline", changedBy: "you" },
    { field: "threshold", theirs: 400, yours: 300, changedBy: "them" },
    { field: "severity", theirs: "low", yours: "critical", changedBy: "both" },
  ]);
});

it("keeps both sides' edits by default where they do not meet", () => {
  const rows = mergeRows(base, { ...base, threshold: 400 }, { ...base, name: "Offline" });
  expect(mergedValues({ ...base, name: "Offline" }, rows, usualSide)).toEqual({
    ...base,
    ...{ name: "Offline", threshold: 400 },
  });
});

it("adds a field that only they added, and leaves out one that the picked side removed", () => {
  const yours = { kept: 1, mine: 2 };
  const rows = mergeRows({ kept: 1, gone: 3 }, { kept: 1, gone: 3, added: 4 }, yours);
  expect(mergedValues(yours, rows, usualSide)).toEqual({ kept: 1, mine: 2, added: 4 });
  expect(mergedValues(yours, rows, () => "theirs")).toEqual({ kept: 1, gone: 3, added: 4 });
});

it("takes two objects for equal whatever the order of their fields", () => {
  expect(mergeRows({}, { a: { x: 1, y: [2] } }, { a: { y: [2], x: 1 } })).toEqual([]);
});

it("marks each line that the other text lacks, counting repeated lines", () => {
  expect(markedLines("a\nb\nb", "b\na")).toEqual([
    { line: "a", isOwn: false },
    { line: "b", isOwn: false },
    { line: "b", isOwn: true },
  ]);
});
