/**
 * Checks payloads against the JSON Schema that a bot published. The schema comes from an untrusted program, and it runs
 * in the server's only thread and in other people's browsers. It is therefore interpreted (no generated code, which the
 * content policy forbids too), without references (they allow exponential work) and without the bot's patterns (a
 * regular expression may run for ever), and the steps of one check are limited (validate.ts). Browser-safe.
 */
import { cutText } from "@/lib/core/format/text";
import { FORMATS } from "./formats";
import { type Checked, choicesOf, firstProblem, type Problem, type Work, WorkLimitError } from "./validate";

type ParamsSchema = Record<string, unknown>;
type ParamsProblem = { field: string; message: string };
export type ParamsCheck = (payload: Record<string, unknown>, work?: Work) => ParamsProblem | undefined;

const REFERENCES = ["$ref", "$dynamicRef", "$recursiveRef"];
/** Keywords that only the bot itself checks. */
const UNCHECKED = ["pattern", "patternProperties", "uniqueItems"];
const TYPES = ["string", "number", "integer", "boolean", "object", "array", "null"];
const DEPTH_MAX = 24;
/** The most steps of one check; they take about 20 ms on a slow machine. */
export const CHECK_STEPS_MAX = 200_000;
const FIELD_SHOWN = 200;

type Kind = "schema" | "schemas" | "named" | "texts" | "list" | "number" | "plain";
/** The type of each keyword's value; the validator ignores keywords that are not named here. */
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

/**
 * Builds the check for a schema. The check returns the first problem of a payload, or undefined. It takes its steps
 * from `work` if several checks share one budget.
 *
 * @throws Error with a message for the author of the schema, saying what is wrong or not supported
 */
export function paramsCheck(schema: ParamsSchema): ParamsCheck {
  if (schema.type !== "object") throw new Error('must be a schema of "type": "object"');
  const checked = readSchema(schema, "");
  return (payload, work = { left: Number.POSITIVE_INFINITY }) => {
    const own: Work = { left: Math.min(CHECK_STEPS_MAX, work.left) };
    const before = own.left;
    try {
      const problem = firstProblem(checked, payload, own);
      return problem && shownProblem(problem);
    } catch (error) {
      if (!(error instanceof WorkLimitError)) throw error;
      return {
        field: "",
        message: "is too much to check against the schema: send fewer values, or simplify the schema",
      };
    } finally {
      work.left -= before - Math.max(0, own.left);
    }
  };
}

/**
 * Returns the part of a schema that is checked. @throws Error when it is malformed, has references or is nested too
 * deeply
 */
function readSchema(value: unknown, path: string): Checked {
  const wrong = (key: string, what: string) => new Error(`${path}${key}: ${what}`);
  if (typeof value === "boolean") return value;
  if (!isObject(value)) throw wrong("", "must be a schema");
  if (path.split("/").length > DEPTH_MAX) throw wrong("", `is nested deeper than ${DEPTH_MAX} levels`);
  const schema: Record<string, unknown> = {};
  // Do not refuse additional properties here: `patternProperties`, which is not checked, may allow them.
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
  return schema;

  function keyword(kind: Kind, key: string, inner: unknown): unknown {
    if (kind === "schema") return readSchema(inner, `${path}${key}/`);
    if (kind === "number" && typeof inner !== "number" && typeof inner !== "bigint")
      throw wrong(key, "must be a number");
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
      if (kind === "list") return choicesOf(inner);
      if (kind === "schemas") return inner.map((one, index) => readSchema(one, `${path}${key}/${index}/`));
    }
    return inner;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Writes the path to the field with dots between names. Long paths are shortened, because they are part of the answer.
 */
function shownProblem({ path, message }: Problem): ParamsProblem {
  return { field: cutText(path.join("."), FIELD_SHOWN), message };
}
