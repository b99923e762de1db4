/** The JSON schemas of the API document: zod's output, with the shared ones and those of each operation under a name. */
import { z } from "zod";

type Json = Record<string, unknown>;

/** Keywords that hold one schema, a list of schemas, or a schema for each name. */
const ONE = new Set(["items", "additionalProperties", "propertyNames", "not", "contains"]);
const LIST = new Set(["anyOf", "oneOf", "allOf", "prefixItems"]);
const BY_NAME = new Set(["properties", "patternProperties"]);
/** The other keywords of JSON Schema and OpenAPI that contracts use. */
const OTHER = new Set(
  (
    "type enum const required default example examples description title format pattern deprecated readOnly writeOnly " +
    "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength minItems maxItems uniqueItems " +
    "minProperties maxProperties contentEncoding contentMediaType discriminator externalDocs"
  ).split(" "),
);

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Lists the properties of an object whose keys are known. zod writes such a record as `propertyNames`, which code
 * generators do not read.
 */
function withKnownKeys(schema: Json): Json {
  const { propertyNames, additionalProperties, ...rest } = schema;
  const keys = isObject(propertyNames) && Array.isArray(propertyNames.enum) ? propertyNames.enum.map(String) : [];
  if (keys.length === 0 || !isObject(additionalProperties)) return schema;
  return { ...rest, properties: Object.fromEntries(keys.map((key) => [key, additionalProperties])) };
}

/** Removes a list of values that contradicts the type: a query's "true" and "1" are documented as a boolean. */
function withoutForeignValues(schema: Json): Json {
  if (!Array.isArray(schema.enum) || typeof schema.type !== "string" || schema.type === "string") return schema;
  const { enum: values, ...rest } = schema;
  return (values as unknown[]).some((value) => typeof value === "string") ? rest : schema;
}

/** Rewrites one schema for OpenAPI: references lead to the components, and keywords of our own begin with `x-`. */
function rewritten(value: unknown): unknown {
  if (!isObject(value)) return value;
  const result: Json = {};
  for (const [key, item] of Object.entries(withoutForeignValues(withKnownKeys(value)))) {
    if (key === "id") continue;
    if (key === "$ref") result.$ref = String(item).replace("#/$defs/", "#/components/schemas/");
    else if (ONE.has(key)) result[key] = rewritten(item);
    else if (LIST.has(key)) result[key] = (item as unknown[]).map(rewritten);
    else if (BY_NAME.has(key))
      result[key] = Object.fromEntries(Object.entries(item as Json).map(([name, schema]) => [name, rewritten(schema)]));
    else result[OTHER.has(key) ? key : `x-${key}`] = item;
  }
  return result;
}

/** Schemas by name, filled as operations are described. */
export class Schemas {
  readonly all: Json = {};

  /** Returns the schema of what is sent (`input`) or answered (`output`). Shapes with an `id` become components. */
  of(schema: z.ZodType, io: "input" | "output"): Json {
    const {
      $schema: _,
      $defs,
      ...json
    } = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Json & { $defs?: Json };
    for (const [name, definition] of Object.entries($defs ?? {})) this.all[name] ??= rewritten(definition);
    return rewritten(json) as Json;
  }

  /** Like `of`, and returns a reference: code generators name the types of a client by the names of the components. */
  named(name: string, schema: z.ZodType, io: "input" | "output"): Json {
    const json = this.of(schema, io);
    return "$ref" in json ? json : this.add(name, json);
  }

  /**
   * Adds a component and returns a reference to it.
   * @throws Error when another schema has that name.
   */
  add(name: string, schema: Json): Json {
    if (this.all[name] && JSON.stringify(this.all[name]) !== JSON.stringify(schema))
      throw new Error(`two schemas of the API document are named ${name}`);
    this.all[name] = schema;
    return { $ref: `#/components/schemas/${name}` };
  }
}
