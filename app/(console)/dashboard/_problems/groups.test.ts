import { describe, expect, it } from "vitest";
import { causeText, groupsOf, spikesOf } from "./groups";

describe("causeText", () => {
  it.each([
    ["Upstream timed out after 5000 ms", "Upstream timed out after 31 ms"],
    ['No permission in "My server"', "No permission in 'Another'"],
    ["User 3f2504e0-4f89-11d3-9a0c-0305e82c3301 left", "User 00000000-4f89-11d3-9a0c-0305e82c3302 left"],
    ["Commit deadbeef01 failed", "Commit 1234567890 failed"],
    ["GET https://example.org/a: refused", "GET https://example.org/b?c=d: refused"],
    ["Crash\n  at a()", "Crash\n  at b()"],
  ])("is the same for %j and %j", (one, other) => expect(causeText(one)).toBe(causeText(other)));

  it("differs for different words, and keeps words that only look like ids", () => {
    expect(causeText("Cannot send")).not.toBe(causeText("Cannot read"));
    expect(causeText("defaced facade")).toBe("defaced facade");
  });
});

it("groups by key, largest first, and keeps the newest item and the bots of each", () => {
  const line = (bot_id: string, message: string) => ({ bot_id, message });
  const groups = groupsOf([line("a", "x 1"), line("b", "y 2"), line("a", "y 3"), line("c", "y 4")], ({ message }) =>
    causeText(message),
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
