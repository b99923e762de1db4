import { describe, expect, it } from "vitest";
import { fieldsOf, initialOf, payloadOf, typedOf } from "./fields";

const schema = {
  type: "object",
  required: ["who", "loud"],
  properties: {
    times: { type: "integer", minimum: 1, default: 2, title: "How often" },
    who: { type: "string", maxLength: 20, description: "A name" },
    mood: { enum: ["kind", "curt", 3] },
    loud: { type: "boolean" },
    tags: { type: "array", items: { type: "string" } },
    to: { type: "object", properties: { room: { type: "string" }, urgent: { type: "boolean" } } },
  },
};
const fields = fieldsOf(schema)!;

it("asks for what is required first, in the words of the schema", () => {
  expect(fields.map(({ name, label, kind, required }) => [name, label, kind, required])).toEqual([
    ["who", "who", "text", true],
    ["loud", "loud", "switch", true],
    ["times", "How often", "number", false],
    ["mood", "mood", "choice", false],
    ["tags", "tags", "texts", false],
    ["to", "to", "group", false],
  ]);
});

it("asks for one of very many choices as text, and leaves what is no text to the JSON editor", () => {
  const many = Array.from({ length: 60_000 }, (_, at) => `choice ${at}`);
  const field = (mood: object) => fieldsOf({ type: "object", properties: { mood } })?.[0]?.kind;
  expect(field({ type: "string", enum: many })).toBe("text");
  expect(field({ enum: many })).toBeUndefined();
  expect(field({ enum: many.slice(0, 20) })).toBe("choice");
});

it("starts with the defaults", () => {
  expect(initialOf(fields)).toEqual({ loud: false, times: 2 });
});

it("makes values of what is typed, and shows values as they were typed", () => {
  const payload = { who: "Ada", loud: true, times: 3, mood: 3, tags: ["a", "b c"], to: { room: "x", urgent: true } };
  const typed = typedOf(fields, payload)!;
  expect(typed).toMatchObject({ times: "3", mood: "2", tags: "a\nb c" });
  expect(payloadOf(fields, typed)).toEqual(payload);
});

it("leaves out what was left empty, and keeps what is no number for the check to refuse", () => {
  expect(payloadOf(fields, typedOf(fields, {})!)).toEqual({ loud: false });
  expect(payloadOf(fields, { times: "1e" })).toMatchObject({ times: "1e" });
});

it("keeps the digits of a number that is larger than JavaScript's", () => {
  const [field] = fieldsOf({ type: "object", properties: { id: { type: "integer", default: 1497549923779084388n } } })!;
  const payload = { id: 1497549923779084388n };
  expect(initialOf([field!])).toEqual(payload);
  expect(typedOf([field!], payload)).toEqual({ id: "1497549923779084388" });
  expect(payloadOf([field!], { id: " 1497549923779084388 " })).toEqual(payload);
  expect(payloadOf([field!], { id: "1e400" })).toEqual({ id: "1e400" });
});

describe("is written as JSON instead", () => {
  it.each([
    ["a list of numbers", { type: "object", properties: { a: { type: "array", items: { type: "number" } } } }],
    ["a property without a type", { type: "object", properties: { a: {} } }],
    ["alternatives", { type: "object", oneOf: [] }],
    [
      "an object in an object's object",
      { type: "object", properties: { a: { type: "object", properties: { b: { type: "object", properties: {} } } } } },
    ],
  ])("%s", (_, one) => {
    expect(fieldsOf(one)).toBeNull();
  });

  it("a payload that says more than the fields", () => {
    expect(typedOf(fields, { who: "Ada", other: 1 })).toBeNull();
    expect(typedOf(fields, { who: 5 })).toBeNull();
    expect(typedOf(fields, { mood: "none of them" })).toBeNull();
  });
});
