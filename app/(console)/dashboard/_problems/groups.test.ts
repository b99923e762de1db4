import { describe, expect, it } from "vitest";
import { patternOf } from "@/lib/fleet/telemetry/queries.patterns";
import { groupsOf, spikesOf } from "./groups";

it("groups by key, largest first, and keeps the newest item and the bots of each", () => {
  const line = (bot_id: string, message: string) => ({ bot_id, message });
  const groups = groupsOf([line("a", "x 1"), line("b", "y 2"), line("a", "y 3"), line("c", "y 4")], ({ message }) =>
    patternOf(message),
  );
  expect(groups).toEqual([
    { key: "y #", count: 3, newest: line("b", "y 2"), botIds: ["b", "a", "c"] },
    { key: "x #", count: 1, newest: line("a", "x 1"), botIds: ["a"] },
  ]);
});

describe("spikesOf", () => {
  const MINUTE = 60_000;
  it("finds buckets with far more errors than usual and joins neighbours", () => {
    const counts = [2, 3, 2, null, 40, 60, 2, 3, 2, 25, 2];
    expect(spikesOf(counts, 0, MINUTE)).toEqual([
      { from: 9 * MINUTE, to: 10 * MINUTE, count: 25, usual: 3 },
      { from: 4 * MINUTE, to: 6 * MINUTE, count: 100, usual: 3 },
    ]);
  });

  it("finds none among few errors, steady errors, or few buckets", () => {
    expect(spikesOf([0, 0, 0, 9, 0, 0, 0, 0], 0, MINUTE)).toEqual([]);
    expect(spikesOf([90, 99, 110, 100, 95, 97, 103], 0, MINUTE)).toEqual([]);
    expect(spikesOf([0, 0, 900], 0, MINUTE)).toEqual([]);
  });
});
