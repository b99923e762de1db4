/** The OpenAPI document and the served routes agree in both directions, and the document is valid OpenAPI 3.1. */
import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { Api, type Json } from "../api";

const { json: document, status } = await new Api().send("GET /api/openapi.json");
const operations: [string, string, Json][] = Object.entries<Record<string, Json>>(document.paths).flatMap(
  ([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, string, Json] => [method, path, operation]),
);

it("is public JSON of version 3.1", () => {
  expect([status, document.openapi]).toEqual([200, "3.1.0"]);
  expect(document.info).toMatchObject({ title: "Muster", version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
});

it("has every route file of the project, and nothing else", () => {
  const routes = readdirSync("app", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith("route.ts") && !file.includes("[..."))
    .map((file) => `/${file.replace(/\/?route\.ts$/, "")}`.replace(/\/\([^)]+\)/g, "").replace(/\[(\w+)\]/g, "{$1}"));
  expect(Object.keys(document.paths).sort()).toEqual(routes.sort());
});

it.each(operations)("%s %s is served as described", async (method, path, operation) => {
  // Without a credential nothing changes: protected operations are 401, public ones check the input.
  const open = operation.security.some((one: object) => Object.keys(one).length === 0);
  const answer = await new Api().send(`${method.toUpperCase()} ${path}`, {
    body: method === "get" ? undefined : "[",
  });
  expect(Object.keys(operation.responses)).toContain(String(answer.status));
  if (!open) expect(answer.status).toBe(401);
});

it("resolves every reference, names every path parameter, and gives each operation an id of its own", () => {
  const missing: string[] = [];
  const walk = (value: Json): void => {
    if (!value || typeof value !== "object") return;
    if (typeof value.$ref === "string") {
      const found = value.$ref
        .slice(2)
        .split("/")
        .reduce((at: Json, key: string) => at?.[key], document);
      if (!value.$ref.startsWith("#/") || !found) missing.push(value.$ref);
    }
    for (const inner of Object.values(value)) walk(inner);
  };
  walk(document);
  expect(missing).toEqual([]);
  for (const [method, path, operation] of operations) {
    const named = operation.parameters.filter((one: Json) => one.in === "path").map((one: Json) => one.name);
    expect([method, path, named]).toEqual([method, path, [...path.matchAll(/\{(\w+)\}/g)].map((found) => found[1])]);
    for (const one of operation.parameters)
      expect(one).toMatchObject({ name: expect.any(String), schema: expect.any(Object) });
    const done = operation.responses["200"] ?? operation.responses["201"] ?? operation.responses["202"];
    expect(done.content["application/json"].schema).toBeTruthy();
    expect(operation.summary).toBeTruthy();
    expect(document.tags.map((tag: Json) => tag.name)).toContain(operation.tags[0]);
  }
  const ids = operations.map(([, , operation]) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(Object.keys(document.components.securitySchemes).sort()).toEqual(["apiKey", "botToken", "session"]);
});

it("groups operations by subject, each group with a sentence about it and none empty", () => {
  const used = new Set(operations.map(([, , operation]) => operation.tags[0]));
  expect(document.tags.map((tag: Json) => tag.name).sort()).toEqual([...used].sort());
  for (const tag of document.tags) expect(tag.description).toMatch(/^[A-Z].*\.$/);
  const tagOf = (method: string, path: string) => document.paths[path][method].tags[0];
  expect(tagOf("get", "/api/bot/{bot_id}/commands")).toBe("Commands");
  expect(tagOf("post", "/api/bot/{bot_id}/logs")).toBe("Logs and messages");
  expect(tagOf("get", "/api/users/me")).toBe("Sign-in and accounts");
  expect(tagOf("get", "/commands/{bot_id}")).toBe("Open bot API");
});

it("contains no internals of zod, and its examples are valid", () => {
  const text = JSON.stringify(document);
  for (const word of ["$defs", "~standard", "[object Object]", "undefined"]) expect(text).not.toContain(word);
});

/** The keywords of JSON Schema that validators and code generators know. Ours begin with `x-`. */
const KEYWORDS =
  /^(x-.*|\$ref|type|enum|const|required|default|examples?|description|title|format|pattern|m(in|ax)(imum|Length|Items|Properties)|exclusiveM(in|ax)imum|multipleOf|uniqueItems|properties|patternProperties|additionalProperties|propertyNames|items|prefixItems|anyOf|oneOf|allOf|not)$/;

/** Visits a schema and all schemas within it, each with its place. */
function eachSchema(schema: Json, place: string, visit: (schema: Json, place: string) => void): void {
  if (!schema || typeof schema !== "object") return;
  visit(schema, place);
  for (const key of ["items", "additionalProperties", "propertyNames", "not"])
    eachSchema(schema[key], `${place}/${key}`, visit);
  for (const key of ["anyOf", "oneOf", "allOf", "prefixItems"])
    for (const [at, inner] of (schema[key] ?? []).entries()) eachSchema(inner, `${place}/${key}/${at}`, visit);
  for (const key of ["properties", "patternProperties"])
    for (const [name, inner] of Object.entries(schema[key] ?? {})) eachSchema(inner, `${place}/${key}/${name}`, visit);
}

it("has a name for every body and reply in JSON, which no derived name of a code generator repeats", () => {
  const names = Object.keys(document.components.schemas);
  const unnamed: string[] = [];
  const derived: string[] = [];
  for (const [method, path, operation] of operations) {
    const id = operation.operationId;
    const body = operation.requestBody?.content["application/json"]?.schema;
    const contents = Object.values<Json>(operation.responses).map(({ content }) => content["application/json"].schema);
    if ([...(body ? [body] : []), ...contents].some((schema) => !schema.$ref)) unnamed.push(`${method} ${path}`);
    // A client's types: an operation's own, and one for each parameter.
    const endings = ["params", "data", "body", "response", ...operation.parameters.map((one: Json) => one.name)];
    for (const ending of endings) derived.push(`${id}${ending.replace(/[^a-z0-9]/gi, "")}`.toLowerCase());
  }
  expect(unnamed).toEqual([]);
  expect(names.filter((name) => derived.includes(name.toLowerCase()))).toEqual([]);
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
});

it("has only known keywords, values of the declared type, declared required properties, and a server", () => {
  const problems: string[] = [];
  const check = (schema: Json, place: string) => {
    for (const key of Object.keys(schema)) if (!KEYWORDS.test(key)) problems.push(`${place}: keyword ${key}`);
    const wrong = (value: unknown) =>
      (schema.type === "string" && typeof value !== "string") ||
      (schema.type === "boolean" && typeof value !== "boolean") ||
      (/^(number|integer)$/.test(schema.type) && typeof value !== "number");
    if (schema.enum?.some(wrong)) problems.push(`${place}: values of another type`);
    for (const name of schema.required ?? [])
      if (!schema.properties?.[name]) problems.push(`${place}: required ${name} is not declared`);
  };
  for (const [name, schema] of Object.entries<Json>(document.components.schemas)) eachSchema(schema, name, check);
  for (const [method, path, { parameters }] of operations)
    for (const { name, schema } of parameters) eachSchema(schema, `${method} ${path} ${name}`, check);
  expect(problems).toEqual([]);
  expect(document.servers).toEqual([{ url: expect.any(String), description: expect.any(String) }]);
  expect(document.info.license).toEqual({ name: "MIT", identifier: "MIT" });
});
