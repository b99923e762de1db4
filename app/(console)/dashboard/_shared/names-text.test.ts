import { expect, it } from "vitest";
import { namesText } from "./names-text";

it.each([
  [[], ""],
  [["Ada"], "Ada"],
  [["Ada", "Eve"], "Ada and Eve"],
  [["A", "B", "C", "D", "E"], "A, B, C, D and E"],
  [["A", "B", "C", "D", "E", "F"], "A, B, C, D, E and 1 more"],
])("writes %j as %j", (names, text) => {
  expect(namesText(names)).toBe(text);
});

it("counts the names after as many as are asked for", () => {
  expect(namesText(["Ada", "Eve", "Bob"], 2)).toBe("Ada, Eve and 1 more");
});
