/** Every operation that is served, somebody who may call it, and what a refusal looks like. */
import { beforeAll, expect } from "vitest";
import { type Answer, errorOf, type Json } from "./api";
import { aTarget, servedOperations, type Target } from "./conformance/operations";
import { aUser, type TestUser, theAdmin } from "./factories";

// Document 004 has its own messages and envelope: 004.test.ts.
export const served = (await servedOperations()).filter(({ path }) => path.startsWith("/api/"));
export let owner: TestUser;
export let admin: TestUser;
export let target: Target;
beforeAll(async () => {
  owner = await aUser();
  admin = await theAdmin();
  const team = await owner.api.send("POST /api/teams", { body: { name: "Night shift" } });
  target = { ...(await aTarget(owner)), team_id: String(team.json.team.id) };
});
export function refused(answer: Answer, status: number, field?: string) {
  expect(answer.status, answer.text).toBe(status);
  const body = errorOf(answer.json);
  expect(body.code).toBeTruthy();
  expect(answer.text).not.toMatch(/\n\s+at |node_modules|SELECT |sqlite|prisma/i);
  if (field === undefined) return;
  const issues = (body.details?.issues ?? []) as { field: string }[];
  const named = [String(body.details?.field ?? ""), ...issues.map((issue) => issue.field)];
  expect(
    named.some((name) => name === field || name.startsWith(`${field}.`)),
    answer.text,
  ).toBe(true);
}
export const withBody = served.filter(({ body }) => body);
/** Bodies that are one object with named fields (settings are any object; logs also come as lists). */
export const objects = withBody
  .map((operation) => ({ operation, schema: objectSchema(operation.body) }))
  .filter(({ schema }) => schema?.properties);
function objectSchema(schema: Json): Json {
  return schema.type === "object" ? schema : (schema.anyOf ?? []).find((one: Json) => one.type === "object");
}
/** Fields that hold names, found by their own name. A login's username is not one. */
const NAME_FIELD = /^(name|title|subject|username|fullname|(user|bot)_name|backupName)$/;
export const named = objects.flatMap(({ operation, schema }) =>
  Object.keys(schema.properties)
    .filter((field) => NAME_FIELD.test(field) && operation.line !== "POST /api/auth/login")
    .map((field) => [operation.line, field, operation] as const),
);
