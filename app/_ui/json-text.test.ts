import { describe, expect, it } from "vitest";
import { parseJsonObject } from "./json-text";

describe("parseJsonObject", () => {
  it("reads objects, and nothing as an empty one", () => {
    expect(parseJsonObject('{"a":[1]}')).toEqual({ ok: true, value: { a: [1] } });
    expect(parseJsonObject("  \n")).toEqual({ ok: true, value: {} });
  });
  it.each(["[]", "null", "1", '"text"'])("refuses %s: not an object", (text) => {
    expect(parseJsonObject(text)).toMatchObject({ ok: false, line: 1 });
  });
  it("names the line of an error", () => {
    expect(parseJsonObject('{\n  "a": 1,\n  "b": x\n}')).toMatchObject({ ok: false, line: 3 });
  });
  it("blames the last line when the text just ends", () => {
    expect(parseJsonObject('{\n"a": 1\n')).toMatchObject({ ok: false, line: 3 });
  });
});

it.each([
  ['{"a": 1,}', 1],
  ['{\n"a": [1,\n2,\n}', 4],
  ['{"a": "line\nbreak"}', 1],
  ['{"a": 01}', 1],
  ["{}\n\nx", 3],
  ['{"a": {"b": tru}}', 1],
])("finds the line in %j", (text, line) => {
  const parsed = parseJsonObject(text);
  expect(parsed).toMatchObject({ ok: false, line });
  expect(parsed.ok ? "" : parsed.message).not.toBe("");
});
