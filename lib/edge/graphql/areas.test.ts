import { isObjectType } from "graphql";
import { expect, it } from "vitest";
import type { App } from "@/lib/app";
import type { UserActor } from "@/lib/core/actor";
import { placedOperations } from "@/lib/edge/http";
import { operationOf } from "./areas";
import type { Context } from "./context";
import { buildSchema } from "./schema";

const room = new Proxy({}, { get: () => () => "answered" });
const app = new Proxy({}, { get: () => room }) as App;
const schema = buildSchema(app);

it("gives every field that reads or changes something an operation of REST", () => {
  const placed = new Set(placedOperations());
  const unknown = ["Query", "Mutation", "Subscription"].flatMap((type) => {
    const root = schema.getType(type);
    const fields = isObjectType(root) ? Object.keys(root.getFields()) : [];
    expect(fields.length).toBeGreaterThan(3);
    return fields.filter((field) => !placed.has(operationOf(type, field)!)).map((field) => `${type}.${field}`);
  });
  expect(unknown).toEqual([]);
});

it("refuses a key the fields outside of its areas, also below a bot", () => {
  const limits = { areas: new Set(["bots:read"] as const) };
  const actor = {
    kind: "user",
    user_id: 1,
    role: "admin",
    scope: "read",
    key_id: "key_1",
    limits,
  } as never as UserActor;
  const context = { actor, bot: async () => null } as never as Context;
  const call = (type: string, field: string) => {
    const found = schema.getType(type);
    if (!isObjectType(found)) throw new Error(`no type ${type}`);
    return found.getFields()[field]!.resolve!({ id: "bot_1" }, {}, context, {} as never);
  };
  expect(() => call("Query", "logs")).toThrow('This API key lacks the scope "logs:read"');
  expect(() => call("Bot", "commands")).toThrow('This API key lacks the scope "commands:read"');
  expect(() => call("Mutation", "sendCommand")).toThrow('This API key lacks the scope "commands:send"');
  expect(() => call("Query", "bot")).not.toThrow();
});
