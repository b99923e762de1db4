/** The schema as it is served is the one that is kept beside it: a change of it is seen in the change of that file. */
import { readFileSync, writeFileSync } from "node:fs";
import {
  getNullableType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  printSchema,
  buildSchema as schemaOf,
  validate,
} from "graphql";
import { describe, expect, it } from "vitest";
import { fakeApp } from "@/tests/app";
import { excess } from "./limits";
import { buildSchema } from "./schema";

const schema = buildSchema(fakeApp({}));
const FILE = "lib/edge/graphql/schema.graphql";

it("is schema.graphql (UPDATE_SCHEMA=1 writes it anew)", () => {
  const printed = printSchema(schema);
  if (process.env.UPDATE_SCHEMA) writeFileSync(FILE, `${printed}\n`);
  // The formatter writes the same in other words.
  expect(printSchema(schemaOf(readFileSync(FILE, "utf8")))).toBe(printed);
});

it("has no field that must be there: all are nullable, items of lists too", () => {
  const strict = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith("__"))
    .flatMap((type) => Object.entries(isObjectType(type) ? type.getFields() : {}))
    .filter(([, { type }]) => {
      const inner = getNullableType(type);
      return isNonNullType(type) || (isListType(inner) && isNonNullType(inner.ofType));
    });
  expect(strict).toEqual([]);
});

it("answers every field of the roots by a resolver of its own", () => {
  for (const root of [schema.getQueryType(), schema.getMutationType()])
    for (const [name, field] of Object.entries(root!.getFields())) expect(field.resolve?.name, name).not.toBe("byName");
  for (const [name, field] of Object.entries(schema.getSubscriptionType()!.getFields()))
    expect(field.subscribe, name).toBeTypeOf("function");
});

it("understands every query of docs/graphql.md", () => {
  const text = readFileSync("docs/graphql.md", "utf8");
  const queries = [
    ...[...text.matchAll(/```graphql\n([\s\S]+?)```/g)].map(([, query]) => query!),
    ...[...text.matchAll(/(?:"query":"|query: ')(.+?)(?:"}'|' })/g)].map(([, query]) => query!),
  ];
  expect(queries).toHaveLength(4);
  for (const query of queries) expect([query, validate(schema, parse(query))]).toEqual([query, []]);
});

describe("what an operation may ask for", () => {
  const measure = (query: string, variables: Record<string, unknown> = {}) => {
    const document = parse(query);
    expect(validate(schema, document)).toEqual([]);
    return excess(schema, document, undefined, variables)?.message;
  };

  it("is plenty for what pages ask", () => {
    expect(measure("{ status { version } bots(first: 200) { nodes { id owner { username } } } }")).toBeUndefined();
  });

  it.each([
    ["cost", "{ bots(first: 200) { nodes { commands(first: 200) { nodes { bot { owner { username } } } } } } }", {}],
    ["cost", "query ($n: Int) { bots(first: $n) { nodes { logs(first: $n) { nodes { id } } } } }", { n: 200 }],
    ["cost", "query ($n: Int = 200) { bots(first: $n) { nodes { logs(first: $n) { nodes { id } } } } }", {}],
    [
      "cost",
      "{ ...A } fragment A on Query { bots(first: 200) { nodes { ...B } } } fragment B on Bot { logs(first: 200) { nodes { id } } }",
      {},
    ],
    ["depth", `{ bot(id: "a") { ${"commands(first: 1) { nodes { bot { ".repeat(4)}id${" } } }".repeat(4)} } }`, {}],
    ["aliases", `{ me { ${Array.from({ length: 31 }, (_, n) => `a${n}: id`).join(" ")} } }`, {}],
    [
      "root fields",
      `mutation { ${Array.from({ length: 21 }, (_, n) => `a${n}: clearCache { success }`).join(" ")} }`,
      {},
    ],
  ])("%s is bounded: %s", (what, query, variables) => {
    expect(measure(query, variables)).toContain(what);
  });

  it.each([
    ["{ me { ...F0 } }", "User", (next: string) => `...${next} ...${next}`, "id"],
    [
      "{ __schema { queryType { ...F0 } } }",
      "__Type",
      (next: string) => `ofType { ...${next} } ofType { ...${next} }`,
      "name",
    ],
  ])(
    "its fragments are counted as often as they are spread, without going through them all: %s",
    (query, type, twice, leaf) => {
      const fragments = Array.from({ length: 100 }, (_, n) => `fragment F${n} on ${type} { ${twice(`F${n + 1}`)} }`);
      expect(measure(`${query} ${fragments.join(" ")} fragment F100 on ${type} { ${leaf} }`)).toContain("fields");
    },
  );
});
