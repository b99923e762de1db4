/** Values that a JSON schema of the API allows, for generated requests. */
import fc from "fast-check";
import type { Json } from "./api";

/** Schemas by the name that a `$ref` ends with. */
type Shared = Record<string, Json>;

const MAX_DEPTH = 4;
const FORMATS: Record<string, fc.Arbitrary<string>> = {
  email: fc.emailAddress().map((address) => address.replace(/@.*/, "@example.invalid")),
  uri: fc.webPath().map((path) => `https://files.invalid${path}`),
  "date-time": fc
    .date({ noInvalidDate: true, min: new Date(0), max: new Date("2099-01-01") })
    .map((at) => at.toISOString()),
};

function textOf({ format, pattern, minLength = 0, maxLength = minLength + 40 }: Json): fc.Arbitrary<string> {
  const known = format && FORMATS[format];
  if (known) return known;
  // The generator knows no classes of Unicode, and no lookahead.
  if (pattern && !/\\p\{|\(\?/i.test(pattern)) return fc.stringMatching(new RegExp(pattern, "u"));
  return fc.string({ unit: "grapheme", minLength, maxLength: Math.min(maxLength, minLength + 40) });
}

function numberOf({ type, minimum = -1000, maximum = minimum + 2000 }: Json): fc.Arbitrary<number> {
  if (type === "integer") return fc.integer({ min: Math.ceil(minimum), max: Math.floor(Math.min(maximum, 2 ** 31)) });
  return fc.double({ min: minimum, max: maximum, noNaN: true });
}

function objectOf({ properties = {}, required = [], additionalProperties }: Json, shared: Shared, depth: number) {
  const fields = Object.entries<Json>(properties).map(([name, schema]) => [name, allowedBy(schema, shared, depth + 1)]);
  const named = fc.record(Object.fromEntries(fields), { requiredKeys: required });
  if (!additionalProperties) return named;
  const free =
    additionalProperties === true ? fc.jsonValue({ maxDepth: 2 }) : allowedBy(additionalProperties, shared, depth + 1);
  return fc
    .tuple(fc.dictionary(fc.string({ minLength: 1, maxLength: 10 }), free, { maxKeys: 2 }), named)
    .map(([others, own]) => ({ ...others, ...own }));
}

/** Values that the schema allows; what it says beyond types, ranges and patterns, they may break. */
export function allowedBy(schema: Json | undefined, shared: Shared, depth = 0): fc.Arbitrary<unknown> {
  if (!schema || depth > MAX_DEPTH) return fc.jsonValue({ maxDepth: 2 });
  if (schema.$ref) return allowedBy(shared[schema.$ref.split("/").at(-1)], shared, depth + 1);
  if ("const" in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...(schema.enum as unknown[]));
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...(choices as Json[]).map((one) => allowedBy(one, shared, depth)));
  if (schema.type === "string") return textOf(schema);
  if (schema.type === "integer" || schema.type === "number") return numberOf(schema);
  if (schema.type === "boolean") return fc.boolean();
  if (schema.type === "null") return fc.constant(null);
  if (schema.type === "array")
    return fc.array(allowedBy(schema.items, shared, depth + 1), {
      minLength: schema.minItems,
      maxLength: (schema.minItems ?? 0) + 2,
    });
  if (schema.type === "object" || schema.properties) return objectOf(schema, shared, depth);
  return fc.jsonValue({ maxDepth: 2 });
}
