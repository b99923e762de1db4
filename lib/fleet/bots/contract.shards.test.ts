import { describe, expect, it } from "vitest";
import { hasDoubles, overlap, Part, parsePart, partName } from "./contract.shards";

const part = (text: string) => parsePart(text)!;

it.each([
  ["0,1/4", [0, 1], 4],
  ["0-3/8", [0, 1, 2, 3], 8],
  [" 6, 0-2 /8", [0, 1, 2, 6], 8],
  ["1,1/2", [1], 2],
])("reads %s", (text, shards, of) => {
  expect(parsePart(text)).toEqual({ shards, of });
});

it.each(["", "0", "4/4", "a/4", "0-99999/4", "1-0/4", "-1/4", "0/0", "0,/4", "0/4/4"])("refuses %j", (text) => {
  expect(parsePart(text)).toBeUndefined();
});

it("names a part by its ranges, whatever the order it was written in", () => {
  expect([partName(part("3,0-1,2,6/8")), partName(part("0/1"))]).toEqual(["0-3,6/8", "0/1"]);
});

it("refuses shards whose ranges are longer than a key of the database may be", () => {
  const every = (step: number) => Array.from({ length: 16_384 / step }, (_, at) => at * step);
  expect(Part.safeParse({ shards: every(2), of: 16_384 }).error?.issues[0]?.path).toEqual(["shards"]);
  expect(partName(Part.parse({ shards: every(1), of: 16_384 }))).toBe("0-16383/16384");
});

describe("overlap", () => {
  it.each([
    ["0,1/4", "2,3/4", false],
    ["0,1/4", "1,2/4", true],
    ["0/2", "1/4", true],
  ])("of %s and %s is %s", (a, b, expected) => {
    expect(overlap(part(a), part(b))).toBe(expected);
  });
  it("holds for a program that names no part", () => {
    expect([overlap(null, part("0/2")), overlap(null, null)]).toEqual([true, true]);
  });
});

it("finds doubles among programs, and none among disjoint parts", () => {
  const programs = ["0/3", "1/3", "2/3"].map((text) => ({ part: part(text) }));
  expect([hasDoubles(programs), hasDoubles([...programs, programs[0]!]), hasDoubles([{ part: null }])]).toEqual([
    false,
    true,
    false,
  ]);
});
