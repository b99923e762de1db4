/** The parts of an OpenAPI 3.1 document that the documentation page reads. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  example?: unknown;
  examples?: unknown[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  pattern?: string;
};
type Media = { schema?: Schema; example?: unknown; examples?: Record<string, { value?: unknown }> };
export type Content = Record<string, Media>;
type Parameter = { name: string; in: string; required?: boolean; description?: string; schema?: Schema };
type Response = { description?: string; content?: Content };
export type Operation = {
  summary?: string;
  description?: string;
  tags?: string[];
  operationId?: string;
  security?: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content?: Content };
  responses?: Record<string, Response>;
  "x-permission"?: string;
};
export type OpenApi = {
  info: { title: string; version: string; description?: string };
  tags?: { name: string; description?: string }[];
  security?: Record<string, string[]>[];
  paths: Record<string, Record<string, unknown>>;
  components?: {
    schemas?: Record<string, Schema>;
    securitySchemes?: Record<string, { description?: string }>;
  };
};

/** An operation with its path and method, as the page and the navigation use it. */
export type Entry = { id: string; method: string; path: string; tag: string; operation: Operation };

const METHODS = ["get", "post", "put", "patch", "delete"];

/** Every operation of the document, grouped by its first tag, tags in the document's own order. */
export function entriesByTag(api: OpenApi): [tag: string, entries: Entry[]][] {
  const groups = new Map<string, Entry[]>((api.tags ?? []).map(({ name }) => [name, []]));
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of METHODS) {
      const operation = item[method] as Operation | undefined;
      if (!operation) continue;
      const tag = operation.tags?.[0] ?? "other";
      const id = `${method}-${path}`.replace(/[^A-Za-z0-9]+/g, "-").replace(/-$/, "");
      const group = groups.get(tag) ?? [];
      group.push({ id, method: method.toUpperCase(), path, tag, operation });
      groups.set(tag, group);
    }
  }
  return [...groups].filter(([, entries]) => entries.length > 0);
}

/** Follows `$ref` into the document's components; returns the schema and the component's name. */
export function resolve(schema: Schema, api: OpenApi): { schema: Schema; name?: string } {
  const name = schema.$ref?.split("/").pop();
  const target = name === undefined ? undefined : api.components?.schemas?.[name];
  return target ? { schema: { ...target, ...omitRef(schema) }, name } : { schema, name };
}

function omitRef({ $ref: _, ...rest }: Schema): Schema {
  return rest;
}

/** Returns an example value for a schema: its own example or default, else a value of its type. */
export function sample(schema: Schema, api: OpenApi, depth = 0): unknown {
  const own = schema.example ?? schema.examples?.[0] ?? schema.const ?? schema.default ?? schema.enum?.[0];
  if (own !== undefined) return own;
  if (depth > 5) return {};
  const { schema: target } = resolve(schema, api);
  if (target !== schema) return sample(omitRef(target), api, depth + 1);
  const choice = (schema.anyOf ?? schema.oneOf)?.find((each) => each.type !== "null");
  if (choice) return sample(choice, api, depth + 1);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((each) => sample(each, api, depth + 1)));
  const type = Array.isArray(schema.type) ? schema.type.find((each) => each !== "null") : schema.type;
  if (type === "array") return schema.items ? [sample(schema.items, api, depth + 1)] : [];
  if (type === "object" || schema.properties) {
    const entries = Object.entries(schema.properties ?? {});
    return Object.fromEntries(entries.map(([name, each]) => [name, sample(each, api, depth + 1)]));
  }
  if (type === "integer" || type === "number") return Math.max(schema.minimum ?? 1, 1);
  if (type === "boolean") return true;
  return schema.format === "date-time" ? "2026-01-01T12:00:00.000Z" : "text";
}

/** Returns the JSON part of a body or reply: its schema, and the documented example or one made from the schema. */
export function jsonOf(content: Content | undefined, api: OpenApi): { schema?: Schema; example?: unknown } | undefined {
  const media = content?.["application/json"];
  if (!media) return undefined;
  const documented = media.example ?? Object.values(media.examples ?? {})[0]?.value;
  return { schema: media.schema, example: documented ?? (media.schema ? sample(media.schema, api) : undefined) };
}
