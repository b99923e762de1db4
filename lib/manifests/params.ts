/**
 * Payloads against the JSON Schema a bot published. The schema comes from a program we do not know, and it runs in the
 * server's one thread and in other people's browsers, so: interpreted (no generated code, which the content policy
 * forbids too), no references (they make exponential work), no patterns of the bot's own (a regular expression may run
 * for ever), and a bound on the work of one check. Browser-safe.
 */
import { type OutputUnit, type Schema, Validator } from "@cfworker/json-schema";
import { cutText } from "@/lib/text";

type ParamsSchema = Record<string, unknown>;
type ParamsProblem = { field: string; message: string };

const REFERENCES = ["$ref", "$dynamicRef", "$recursiveRef"];
/** Checked by the bot alone. */
const UNCHECKED = ["pattern", "patternProperties", "uniqueItems"];
/** The formats whose check takes time in proportion to the text. */
const FORMATS = ["date-time", "date", "time", "uuid", "ipv4"];
const TYPES = ["string", "number", "integer", "boolean", "object", "array", "null"];
const DEPTH_MAX = 24;
/** Parts of the schema times parts of the payload: each part of one meets each part of the other at most once. */
const WORK_MAX = 2_000_000;

type Kind = "schema" | "schemas" | "named" | "texts" | "list" | "number" | "plain";
/** What the value of a keyword has to be; keywords not named here are not looked at by the validator. */
const KEYWORDS: Record<string, Kind> = {
  ...kinds("named", "properties", "dependentSchemas"),
  ...kinds("schemas", "allOf", "anyOf", "oneOf", "prefixItems"),
  ...kinds("schema", "items", "additionalProperties", "unevaluatedProperties", "unevaluatedItems", "contains"),
  ...kinds("schema", "propertyNames", "not", "if", "then", "else"),
  ...kinds("number", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
  ...kinds("number", "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
  ...kinds("number", "minContains", "maxContains"),
  ...kinds("list", "enum"),
  ...kinds("texts", "required"),
  ...kinds("plain", "const"),
};
function kinds(kind: Kind, ...names: string[]): Record<string, Kind> {
  return Object.fromEntries(names.map((name) => [name, kind]));
}

/** How many values a JSON value is made of, itself included. */
function parts(value: unknown): number {
  if (!value || typeof value !== "object") return 1;
  let sum = 1;
  for (const one of Object.values(value)) sum += parts(one);
  return sum;
}

/**
 * A check made of a schema; it answers the first problem of a payload, or undefined.
 *
 * @throws Error saying what is wrong or not supported, in words for whoever wrote the schema
 */
export function paramsCheck(schema: ParamsSchema): (payload: Record<string, unknown>) => ParamsProblem | undefined {
  if (schema.type !== "object") throw new Error('must be a schema of "type": "object"');
  const checked = readSchema(schema, "") as Schema;
  const size = parts(checked);
  const validator = new Validator(checked, "2020-12", false);
  return (payload) => {
    // Too much to check here: the bot will say.
    if (size * parts(payload) > WORK_MAX) return undefined;
    const { valid, errors } = validator.validate(payload);
    return valid ? undefined : problemOf(errors);
  };
}

/** The part of a schema that is checked. @throws Error on what is malformed, on references, on too deep nesting */
function readSchema(value: unknown, path: string): Schema | boolean {
  const wrong = (key: string, what: string) => new Error(`${path}${key}: ${what}`);
  if (typeof value === "boolean") return value;
  if (!isObject(value)) throw wrong("", "must be a schema");
  if (path.split("/").length > DEPTH_MAX) throw wrong("", `is nested deeper than ${DEPTH_MAX} levels`);
  const schema: Record<string, unknown> = {};
  // What patternProperties allow would be refused as additional.
  const loose = "patternProperties" in value;
  for (const [key, inner] of Object.entries(value)) {
    if (REFERENCES.includes(key)) throw wrong(key, "is not supported; write the schema out in place");
    if (UNCHECKED.includes(key) || (loose && /^(additional|unevaluated)Properties$/.test(key))) continue;
    if (key === "type") {
      const types = Array.isArray(inner) ? inner : [inner];
      if (types.length === 0 || !types.every((one) => TYPES.includes(one)))
        throw wrong(key, `must be one of ${TYPES.join(", ")}, or a list of them`);
      schema[key] = inner;
    } else if (key === "format") {
      if (FORMATS.includes(inner as string)) schema[key] = inner;
    } else if (Object.hasOwn(KEYWORDS, key)) schema[key] = keyword(KEYWORDS[key]!, key, inner);
  }
  return schema as Schema;

  function keyword(kind: Kind, key: string, inner: unknown): unknown {
    if (kind === "schema") return readSchema(inner, `${path}${key}/`);
    if (kind === "number" && typeof inner !== "number") throw wrong(key, "must be a number");
    if (kind === "named") {
      if (!isObject(inner)) throw wrong(key, "must be an object of schemas");
      return Object.fromEntries(
        Object.entries(inner).map(([name, one]) => [name, readSchema(one, `${path}${key}/${name}/`)]),
      );
    }
    if (kind === "schemas" || kind === "list" || kind === "texts") {
      if (!Array.isArray(inner)) throw wrong(key, "must be a list");
      if (kind === "texts" && !inner.every((one) => typeof one === "string"))
        throw wrong(key, "must be a list of names");
      if (kind === "schemas") return inner.map((one, index) => readSchema(one, `${path}${key}/${index}/`));
    }
    return inner;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The error deepest in the payload says most; of several at one place, the one that stands for the others. */
function problemOf(errors: OutputUnit[]): ParamsProblem {
  const depth = (one: OutputUnit) => one.instanceLocation.split("/").length;
  const length = (one: OutputUnit) => one.keywordLocation.split("/").length;
  const worst = errors.reduce((best, one) => {
    const deeper = depth(one) - depth(best) || length(best) - length(one);
    return deeper > 0 ? one : best;
  });
  const path = worst.instanceLocation
    .split("/")
    .slice(1)
    .map((part) => part.replace(/~1/g, "/").replace(/~0/g, "~"));
  const missing = worst.keyword === "required" ? /property "(.+)"\.$/s.exec(worst.error)?.[1] : undefined;
  return {
    field: (missing === undefined ? path : [...path, missing]).join("."),
    message: missing === undefined ? wording(worst) : "is required",
  };
}

function wording({ keyword, error }: OutputUnit): string {
  if (keyword === "false") return "is not a parameter of this command";
  const expected = /Expected (.+?)\.$/.exec(error)?.[1];
  if (keyword === "type" && expected) return `must be of type ${expected.replaceAll('"', "")}`;
  const choices = /any of \[(.*)\]\.$/s.exec(error)?.[1];
  if (keyword === "enum" && choices) return `must be one of ${cutText(choices.replaceAll(",", ", "), 500)}`;
  return error.replace(/\.$/, "");
}
