/** Calls of /graphql, by a user or an API client. */
import { expect } from "vitest";
import { Api, type Json } from "./api";
import type { TestUser } from "./factories";

/** As document 002 writes them. */
export const PERCENT = expect.stringMatching(/^\d{1,3}%$/);
export const SPEED = expect.stringMatching(/^\d+(\.\d)? (B|KB|MB|GB|TB|PB)\/s$/);

/** The answer's body. */
export async function ask(who: TestUser | Api, query: string, variables?: Json): Promise<Json> {
  const api = who instanceof Api ? who : who.api;
  const { status, json, text } = await api.send("POST /graphql", { body: { query, variables } });
  expect(status, text).toBe(200);
  return json;
}
/** Returns the data of an operation that must succeed. */
export async function data(who: TestUser | Api, query: string, variables?: Json): Promise<Json> {
  const json = await ask(who, query, variables);
  expect(json.errors).toBeUndefined();
  return json.data;
}
/** Returns the code and details of an operation that must be refused; undefined when it succeeded. */
export const codeOf = async (who: TestUser | Api, query: string, variables?: Json) =>
  (await ask(who, query, variables)).errors?.[0]?.extensions;
