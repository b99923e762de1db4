import { describe, expect, it } from "vitest";
import { groupMarks, type Mark, marksIn, placeOf } from "./marks";

const mark = (at: number, kind: Mark["kind"] = "act"): Mark => ({ id: `m${at}`, at, kind, text: `${kind} at ${at}` });

describe("marks of a chart", () => {
  it("are grouped when they are close, and stand at the first of them", () => {
    const groups = groupMarks([mark(500), mark(100), mark(510), mark(520)], 0, 3_000);
    expect(groups.map(({ at, marks }) => [at, marks.length])).toEqual([
      [100, 1],
      [500, 3],
    ]);
  });

  it("are grouped by their distance from the first, so that a chain of them does not become one group", () => {
    const groups = groupMarks(
      Array.from({ length: 10 }, (_, at) => mark(at * 60)),
      0,
      3_000,
    );
    expect(groups.map(({ at }) => at)).toEqual([0, 120, 240, 360, 480]);
  });

  it("outside of the range are left out", () => {
    expect(groupMarks([mark(-1), mark(0), mark(100), mark(101)], 0, 100).map(({ at }) => at)).toEqual([0, 100]);
    expect(groupMarks([], 0, 100)).toEqual([]);
  });

  it("give their group the kind of the most important", () => {
    const [group] = groupMarks([mark(1), mark(2, "deploy"), mark(3, "settings")], 0, 1_000);
    expect(group).toMatchObject({ kind: "deploy", key: "m1" });
  });

  it("have a place between the ends of the range", () => {
    expect([-5, 0, 25, 100, 120].map((at) => placeOf(at, 0, 100))).toEqual([0, 0, 0.25, 1, 1]);
  });

  it("are listed with the bucket that they fall into, after the stretches that cover it", () => {
    const all = { marks: [mark(10), mark(20)], spans: [{ id: "w", from: 15, to: 25, text: "Maintenance" }] };
    expect(marksIn(all, 0, 10)).toEqual([]);
    expect(marksIn(all, 10, 20)).toEqual(["Maintenance", "act at 10"]);
    expect(marksIn(all, 20, 30)).toEqual(["Maintenance", "act at 20"]);
  });
});
