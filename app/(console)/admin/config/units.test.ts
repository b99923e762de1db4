import { expect, it } from "vitest";
import { inWords } from "./units";

it.each([
  [3600, "seconds", "= 1 h"],
  [4000, "seconds", "= 1 h 6 min"],
  [5, "seconds", ""],
  [168, "hours", "= 7 d"],
  [24, "hours", "= 1 d"],
  [5, "hours", ""],
  [90, "minutes", "= 1 h 30 min"],
  [30, "minutes", ""],
  [100, "tickets", ""],
  ["", "seconds", ""],
  [3600, undefined, ""],
])("%j %s: %s", (value, unit, text) => {
  expect(inWords(value, unit)).toBe(text);
});
