/** Values made from the JSON schemas of the API document, so that a test covers a field which is added without naming it. */
import type { Json } from "../api";

/** Two texts of each form, because a field may hold one of them already: it takes the first other that fits its schema. */
const TEXTS = [
  ...["Sample text", "Other text"],
  ...["sample_2", "sample_3"],
  ...["+49 30 1234", "+49 30 5678"],
  ...["03:15", "04:30"],
  ...["1990-12-31", "1991-01-30"],
  ...["123456789", "987654321"],
  ...["!", "?"],
];
const ADDRESSES = ["sample@example.org", "other@example.org"];

/** The parts of the API document a schema may refer to. */
export type Definitions = Record<string, Json>;

function isFitting(schema: Json, text: string): boolean {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = schema;
  return text.length >= minLength && text.length <= maxLength && (!pattern || new RegExp(pattern, "u").test(text));
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function otherNumber({ minimum = 0, maximum = Number.MAX_SAFE_INTEGER, type }: Json, current: unknown): number {
  if (typeof current !== "number") return minimum + (type === "integer" ? 1 : 0);
  if (type === "number") return current === maximum ? minimum : (current + Math.min(maximum, current + 2)) / 2;
  return current < maximum ? current + 1 : current - 1;
}

/** A value that `schema` takes and that differs from `current`. @throws Error when it has no text of that form */
export function otherValue(schema: Json, current: unknown, definitions: Definitions): unknown {
  if (schema.$ref) return otherValue(definitions[schema.$ref.split("/").at(-1)], current, definitions);
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants) {
    const others = variants.filter((one: Json) => one.type !== "null" && one.const === undefined);
    return otherValue(others[0], current, definitions);
  }
  if (schema.enum) return schema.enum.find((one: unknown) => one !== current);
  if (schema.type === "boolean") return current !== true;
  if (schema.type === "integer" || schema.type === "number") return otherNumber(schema, current);
  if (schema.type === "array") {
    const list = [otherValue(schema.items ?? { type: "string" }, undefined, definitions)];
    return isSame(list, current) ? [otherValue(schema.items, list[0], definitions)] : list;
  }
  if (schema.type === "object") return otherObject(schema, (current ?? {}) as Record<string, unknown>, definitions);
  const texts = [schema.example, ...TEXTS, ...ADDRESSES].filter((text): text is string => typeof text === "string");
  const text = texts.find((one) => one !== current && isFitting(schema, one));
  if (text === undefined) throw new Error(`no sample fits ${JSON.stringify(schema)}`);
  return text;
}

function otherObject(schema: Json, current: Record<string, unknown>, definitions: Definitions): object {
  const { properties, additionalProperties } = schema;
  if (properties)
    return Object.fromEntries(
      Object.entries(properties).map(([name, inner]) => [name, otherValue(inner, current[name], definitions)]),
    );
  const inner = typeof additionalProperties === "object" ? additionalProperties : { type: "boolean" };
  return { Sample: otherValue(inner, current.Sample, definitions) };
}
