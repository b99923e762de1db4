import { describe, expect, it } from "vitest";
import { paramsCheck } from "./params";

const object = (properties: Record<string, unknown>, more = {}) => ({ type: "object", properties, ...more });

describe("a payload that breaks the schema: the field and the reason", () => {
  const check = paramsCheck(
    object(
      {
        who: { type: "string", enum: ["ada", "eve"] },
        times: { type: "integer", minimum: 1 },
        tags: { type: "array", items: { type: "string" } },
        "a/b": object({ at: { type: "string", format: "date" } }, { required: ["at"] }),
        either: { anyOf: [{ type: "string" }, { type: "number" }] },
      },
      { required: ["who"], additionalProperties: false },
    ),
  );
  it.each([
    [{}, "who", /is required/],
    [{ who: "bob" }, "who", /must be one of "ada", "eve"/],
    [{ who: "ada", times: "2" }, "times", /must be of type integer/],
    [{ who: "ada", times: 0 }, "times", /0 is less than/],
    [{ who: "ada", tags: ["x", 1] }, "tags.1", /must be of type string/],
    [{ who: "ada", "a/b": {} }, "a/b.at", /is required/],
    [{ who: "ada", "a/b": { at: "soon" } }, "a/b.at", /format/],
    [{ who: "ada", either: true }, "either", /any subschemas/],
    [{ who: "ada", extra: 1 }, "extra", /not a parameter/],
  ])("%j", (payload, field, message) => {
    expect(check(payload)).toEqual({ field, message: expect.stringMatching(message) });
  });

  it("takes one that fits", () => {
    expect(check({ who: "ada", times: 2, tags: [], "a/b": { at: "2026-01-01" }, either: 1 })).toBeUndefined();
  });
});

describe("a schema that cannot be checked is refused with what to mend", () => {
  it.each([
    [{}, /"type": "object"/],
    [{ type: "array" }, /"type": "object"/],
    [object({ a: { $ref: "#" } }), /properties\/a\/\$ref: is not supported/],
    [object({ a: { type: "strin" } }), /properties\/a\/type: must be one of string/],
    [object({ a: { enum: 5 } }), /properties\/a\/enum: must be a list/],
    [object({ a: { minLength: "5" } }), /must be a number/],
    [object({ a: 5 }), /must be a schema/],
    [{ type: "object", properties: [] }, /must be an object of schemas/],
    [{ type: "object", required: "a" }, /must be a list/],
    [{ type: "object", required: [1] }, /must be a list of names/],
    [{ type: "object", allOf: [[]] }, /must be a schema/],
  ])("%j", (schema, message) => {
    expect(() => paramsCheck(schema as Record<string, unknown>)).toThrow(message);
  });

  it("also one nested without end", () => {
    let deep: Record<string, unknown> = { type: "string" };
    for (let level = 0; level < 60; level++) deep = object({ a: deep });
    expect(() => paramsCheck(deep)).toThrow(/deeper/);
  });
});

describe("a schema made to cost time", () => {
  it("has its regular expressions left to the bot", () => {
    const check = paramsCheck(object({ a: { type: "string", pattern: "^(a+)+$" }, b: { format: "email" } }));
    expect(check({ a: `${"a".repeat(60)}!`, b: "x" })).toBeUndefined();
    expect(check({ a: 1 })).toMatchObject({ field: "a" });
  });

  it("does not refuse what its pattern properties would allow", () => {
    const check = paramsCheck(object({}, { patternProperties: { "^x": {} }, additionalProperties: false }));
    expect(check({ x1: 1 })).toBeUndefined();
  });

  it("is not run on a payload too large for it", () => {
    const items = { type: "array", items: { allOf: Array.from({ length: 300 }, () => ({ type: "string" })) } };
    const check = paramsCheck(object({ list: items }));
    expect(check({ list: [1] })).toMatchObject({ field: "list.0" });
    expect(check({ list: Array(30_000).fill(1) })).toBeUndefined();
  });
});

it("takes property names that mean something to JavaScript as names", () => {
  const check = paramsCheck(JSON.parse('{"type":"object","properties":{"__proto__":{"type":"number"},"$ref":{}}}'));
  expect(check(JSON.parse('{"__proto__":1,"$ref":"x"}'))).toBeUndefined();
  expect(check(JSON.parse('{"constructor":1}'))).toBeUndefined();
});
