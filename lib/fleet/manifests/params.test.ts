import { describe, expect, it } from "vitest";
import { CHECK_STEPS_MAX, paramsCheck } from "./params";

const object = (properties: Record<string, unknown>, more = {}) => ({ type: "object", properties, ...more });

/** Read from text, because an object written with a `then` would pass for a promise. */
const whenThen = (condition: unknown, yes: unknown, no: unknown = true): Record<string, unknown> =>
  JSON.parse(`{"if":${JSON.stringify(condition)},"then":${JSON.stringify(yes)},"else":${JSON.stringify(no)}}`);

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
    [{ who: "ada", either: true }, "either", /any of its alternatives/],
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

  /** The steps a check took. */
  function stepsOf(schema: Record<string, unknown>, payload: Record<string, unknown>) {
    const work = { left: 1e9 };
    const problem = paramsCheck(schema)(payload, work);
    return { steps: 1e9 - work.left, problem };
  }
  const tooMuch = { field: "", message: expect.stringMatching(/too much to check/) };
  const list = (items: unknown) => object({ list: { type: "array", items } });

  it("words a problem in a few characters, however many choices there are", () => {
    const choices = Array.from({ length: 6000 }, (_, at) => `choice ${at}`);
    const bomb = list({ enum: choices });
    const { steps, problem } = stepsOf(bomb, { list: Array(30_000).fill("other") });
    expect(problem).toEqual({ field: "list.0", message: expect.stringMatching(/and 5990 more$/) });
    expect(problem!.message.length).toBeLessThan(500);
    expect(steps).toBeLessThan(10);
    const long = stepsOf(list({ enum: ["x".repeat(60_000)] }), { list: ["y"] });
    expect(long.problem!.message.length).toBeLessThan(100);
    const named = stepsOf(object({}, { additionalProperties: false }), { ["k".repeat(60_000)]: 1 });
    expect(named.problem!.field.length).toBeLessThan(300);
  });

  it("stops at the first problem of a list", () => {
    expect(stepsOf(list({ type: "string" }), { list: Array(30_000).fill(1) }).steps).toBeLessThan(10);
  });

  const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) });
  const bombs: [string, Record<string, unknown>, Record<string, unknown>][] = [
    ["allOf", list({ allOf: Array(300).fill({ minimum: 0 }) }), { list: Array(30_000).fill(1) }],
    ["anyOf", list({ anyOf: [...Array(300).fill({ type: "string" }), {}] }), { list: Array(30_000).fill(1) }],
    ["oneOf", list({ oneOf: [...Array(300).fill({ type: "string" }), {}] }), { list: Array(30_000).fill(1) }],
    ["required", list({ required: Array(300).fill("a") }), { list: Array(3000).fill({ a: 1 }) }],
    ["dependentSchemas", list({ dependentSchemas: { ...Array(300).fill(true) } }), { list: Array(3000).fill({}) }],
    [
      "enum of objects",
      list({ enum: [...Array(300).fill({ a: [1, 2] }), { a: [1, 3] }] }),
      { list: Array(3000).fill({ a: [1, 3] }) },
    ],
    [
      "const",
      list({ const: Array(9000).fill(1) }),
      { list: [Array(9000).fill(1), ...Array(60).fill(Array(9000).fill(1))] },
    ],
    ["contains", object({ list: { contains: { allOf: Array(300).fill({}) } } }), { list: Array(9000).fill(1) }],
    ["not", list({ not: { allOf: [...Array(300).fill({}), false] } }), { list: Array(3000).fill(1) }],
    [
      "lengths of texts",
      list({ allOf: Array(90).fill({ maxLength: 1e6 }) }),
      { list: [..."x".repeat(60)].map(() => "x".repeat(1000)) },
    ],
    [
      "unevaluatedProperties in one another",
      object({
        a: Array.from({ length: 9 }).reduce<unknown>(
          (inner) => ({ anyOf: [inner, inner], unevaluatedProperties: {} }),
          { properties: { a: {} } },
        ) as object,
      }),
      { a: { a: 1 } },
    ],
    [
      "then in if",
      list(whenThen({ allOf: Array(200).fill({}) }, { allOf: Array(200).fill({}) })),
      { list: Array(9000).fill(deep(9)) },
    ],
  ];
  it.each(bombs)("refuses more than its steps: %s", (_, schema, payload) => {
    const { steps, problem } = stepsOf(schema, payload);
    expect(problem).toEqual(tooMuch);
    expect(steps).toBe(CHECK_STEPS_MAX);
  });

  it("takes a long list that a plain schema describes", () => {
    const schema = list(object({ id: { type: "string", maxLength: 20 } }, { required: ["id"] }));
    expect(stepsOf(schema, { list: Array(9000).fill({ id: "bot" }) }).problem).toBeUndefined();
  });

  it("takes the steps of several checks from one amount", () => {
    const work = { left: 100 };
    const check = paramsCheck(list({ type: "number" }));
    expect(check({ list: Array(30).fill(1) }, work)).toBeUndefined();
    expect(check({ list: Array(30).fill(1) }, work)).toEqual(tooMuch);
    expect(work.left).toBe(0);
  });
});

describe("keywords", () => {
  const holds = (schema: Record<string, unknown>, value: unknown) => !paramsCheck(object({ v: schema }))({ v: value });
  it.each<[Record<string, unknown>, unknown, unknown]>([
    [{ const: { a: [1] } }, { a: [1] }, { a: [2] }],
    [{ enum: [null, { a: 1 }] }, { a: 1 }, { a: 1, b: 1 }],
    [{ type: ["integer", "null"] }, null, 1.5],
    [{ multipleOf: 0.1 }, 0.3, 0.35],
    [{ multipleOf: 3 }, 9e15, 1e15],
    [{ exclusiveMinimum: 1, exclusiveMaximum: 3 }, 2, 3],
    [{ minLength: 2, maxLength: 2 }, "🙂🙂", "🙂"],
    [{ minItems: 1, maxItems: 2 }, [1], []],
    [{ minProperties: 1, maxProperties: 1 }, { a: 1 }, { a: 1, b: 2 }],
    [{ prefixItems: [{ type: "string" }], items: { type: "number" } }, ["a", 1], ["a", "b"]],
    [{ prefixItems: [{ type: "string" }], items: false }, ["a"], ["a", 1]],
    [{ contains: { const: 1 }, minContains: 2, maxContains: 2 }, [1, 0, 1], [1]],
    [{ propertyNames: { maxLength: 1 } }, { a: 1 }, { ab: 1 }],
    [{ dependentSchemas: { a: { required: ["b"] } } }, { b: 1 }, { a: 1 }],
    [{ not: { type: "string" } }, 1, "a"],
    [{ oneOf: [{ minimum: 1 }, { minimum: 5 }] }, 2, 6],
    [whenThen({ minimum: 5 }, { multipleOf: 5 }, { maximum: 2 }), 10, 4],
    [{ allOf: [{ properties: { a: {} } }], unevaluatedProperties: false }, { a: 1 }, { b: 1 }],
    [{ anyOf: [{ prefixItems: [{ type: "string" }] }], unevaluatedItems: false }, ["a"], ["a", 1]],
    [{ format: "date" }, "2024-02-29", "2026-02-29"],
    [{ format: "date-time" }, "2026-01-01T10:00:00.5+01:00", "2026-01-01T10:00:00"],
    [{ format: "time" }, "10:00:00Z", "25:00:00Z"],
    [{ format: "ipv4" }, "10.0.0.255", "10.0.0.256"],
    [{ format: "uuid" }, "123e4567-e89b-12d3-a456-426614174000", "123e4567"],
  ])("%j takes %j and not %j", (schema, good, bad) => {
    expect([holds(schema, good), holds(schema, bad)]).toEqual([true, false]);
  });

  it("compare integers that no number can hold by every digit", () => {
    const id = 1497549923779084388n;
    for (const schema of [{ type: "integer", maximum: id }, { enum: [id] }, { const: id }, { multipleOf: 2n }])
      expect([holds(schema, id), holds(schema, id + 1n)]).toEqual([true, false]);
  });
});

it("takes property names that mean something to JavaScript as names", () => {
  const check = paramsCheck(JSON.parse('{"type":"object","properties":{"__proto__":{"type":"number"},"$ref":{}}}'));
  expect(check(JSON.parse('{"__proto__":1,"$ref":"x"}'))).toBeUndefined();
  expect(check(JSON.parse('{"constructor":1}'))).toBeUndefined();
});
