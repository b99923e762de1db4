import { expect, it } from "vitest";
import { csvLines } from "./csv";

it.each([
  ["=2"],
  ["+2"],
  ["-2"],
  ["@SUM(1)"],
  ["\n=2"],
  ["\r\n=2"],
  ["\t=2"],
  ["  =2"],
  ["\u00a0=2"],
  ["\u200b=2"],
  ["\ufeff=2"],
  ["\u0000=2"],
  ["\u2028=2"],
  ["＝2"],
  ["＋2"],
  ["\tplain"],
  ["\rplain"],
  ["\nplain"],
])("puts an apostrophe before %j", (text) => {
  expect(csvLines([[text]])).toMatch(/^"?'/);
});

it("leaves numbers, nothing, objects and other text as they are", () => {
  expect(csvLines([[-2, 0, null, "a=2", { a: "=2" }, "2 - 1", "", "’=2"]])).toBe(
    `-2,0,,a=2,"{""a"":""=2""}",2 - 1,,’=2\n`,
  );
});
