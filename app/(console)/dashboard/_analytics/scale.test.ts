import { expect, it } from "vitest";
import { niceTop, percentages } from "./scale";

it.each([
  [0, false, [0, 1]],
  [1, false, [0, 1]],
  [3, false, [0, 1, 2, 3]],
  [7, false, [0, 2, 4, 6, 8]],
  [100, false, [0, 50, 100]],
  [123, false, [0, 50, 100, 150]],
  [98_765, false, [0, 50_000, 100_000]],
  [100, true, [0, 30, 60, 90, 120]],
  [4_000, true, [0, 1800, 3600, 5400]],
  [500_000, true, [0, 172_800, 345_600, 518_400]],
])("an axis for %d has the marks of a person", (most, duration, marks) => {
  expect(niceTop(most, duration)).toEqual(marks);
});

it.each([
  [[], []],
  [
    [0, 0],
    [0, 0],
  ],
  [[5], [100]],
  [
    [1, 1, 1],
    [34, 33, 33],
  ],
  [
    [10, 22, 13],
    [22, 49, 29],
  ],
])("whole percentages of %j add up to 100", (values, shares) => {
  expect(percentages(values)).toEqual(shares);
});
