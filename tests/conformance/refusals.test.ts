/**
 * Every operation × every kind of wrong request: checks the status, and that the JSON names the field. The caller here has
 * the right; access.test.ts checks rights.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { type Answer, Api, errorOf, type Json } from "../api";
import { aUser, type TestUser, theAdmin } from "../factories";
import { aTarget, paramsOf, REQUIRED_QUERY, servedOperations, type Target, VALID_BODY } from "./operations";

// Document 004 has its own messages and envelope: 004.test.ts.
const served = (await servedOperations()).filter(({ path }) => path.startsWith("/api/"));
let owner: TestUser;
let admin: TestUser;
let target: Target;
beforeAll(async () => {
  owner = await aUser();
  admin = await theAdmin();
  target = await aTarget(owner);
});

type Operation = (typeof served)[number];
/** Calls with the necessary right, so that only the request is wrong. */
const caller = ({ security, permission }: Operation): Api =>
  permission ? admin.api : security.some((one) => Object.keys(one).length === 0) ? new Api() : owner.api;

const ask = (operation: Operation, over: Parameters<Api["send"]>[1] = {}) =>
  caller(operation).send(operation.line, {
    params: paramsOf(target),
    query: REQUIRED_QUERY[operation.line],
    body: VALID_BODY[operation.line]?.(target),
    ...over,
  });

function refused(answer: Answer, status: number, field?: string) {
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

/** Values that do not have the schema's type. */
function wrongFor(schema: Json): unknown[] {
  // Fields that accept any type, such as a log's time, are never refused.
  if (!["type", "anyOf", "oneOf", "const", "enum"].some((key) => key in schema)) return [];
  const kinds = (schema.anyOf ?? schema.oneOf ?? [schema]).map((one: Json) => one.type ?? typeof one.const);
  const all: [string, unknown][] = [
    ["string", "\u0000no such word!"],
    ["number", 1.5],
    ["boolean", true],
    ["array", ["x"]],
    ["object", { x: 1 }],
    ["null", null],
  ];
  return all
    .filter(([kind]) => !kinds.includes(kind) && !(kind === "number" && kinds.includes("integer")))
    .map(([, value]) => value);
}

const withBody = served.filter(({ body }) => body);
/** Bodies that are one object with named fields (settings are any object; logs also come as lists). */
const objects = withBody
  .map((operation) => ({ operation, schema: objectSchema(operation.body) }))
  .filter(({ schema }) => schema?.properties);

function objectSchema(schema: Json): Json {
  return schema.type === "object" ? schema : (schema.anyOf ?? []).find((one: Json) => one.type === "object");
}

it("knows a valid body of every operation that takes one", () => {
  expect(withBody.map(({ line }) => line).filter((line) => !VALID_BODY[line])).toEqual([]);
});

/** Fields that hold names, found by their own name. A login's username is not one. */
const NAME_FIELD = /^(name|title|subject|username|fullname|(user|bot)_name|backupName)$/;
const named = objects.flatMap(({ operation, schema }) =>
  Object.keys(schema.properties)
    .filter((field) => NAME_FIELD.test(field) && operation.line !== "POST /api/auth/login")
    .map((field) => [operation.line, field, operation] as const),
);

describe("a name without a visible character is 400", () => {
  it("knows fields that take names", () => expect(named.length).toBeGreaterThan(15));
  it.each(named)("%s: %s", async (_, field, operation) => {
    const valid = VALID_BODY[operation.line]!(target) as Json;
    for (const name of ["\u200b\u200d\u2060", "\u3164\u115f\uffa0", " \u00ad\ufeff\u2800 ", "\u202e\u2066\u200f"])
      refused(await ask(operation, { body: { ...valid, [field]: name } }), 400, field);
  });
});

describe("malformed JSON is 400", () => {
  it.each(withBody)("$line", async (operation) => {
    for (const body of ["{", '{"a":', "\u0000", "undefined", '{"a":1}}', "<xml/>"])
      refused(await ask(operation, { body }), 400);
  });
});

describe("a body that is not an object is 400", () => {
  it.each(withBody)("$line", async (operation) => {
    for (const body of ["null", "5", '"text"', "true", '["x"]']) refused(await ask(operation, { body }), 400);
  });
});

describe("a body over its limit is 413", () => {
  it.each(withBody)("$line", async (operation) => {
    refused(await ask(operation, { body: `{"a":"${"x".repeat(4_300_000)}"}` }), 413);
  });
});

const INGESTED = /^POST \/api\/bot\/\{bot_id\}\/(logs|messages)$/;

describe("a field of the wrong type is 400 that names it", () => {
  it.each(objects)("$operation.line", async ({ operation, schema }) => {
    const valid = VALID_BODY[operation.line]!(target) as Record<string, unknown>;
    for (const [field, its] of Object.entries<Json>(schema.properties)) {
      // Reports of bots are stored whatever their time looks like (lib/core/contract.time.ts).
      if (field === "timestamp" && INGESTED.test(operation.line)) continue;
      // Where a bot may authenticate by its body, a `token` is a credential, not a field.
      for (const wrong of wrongFor(its))
        refused(await ask(operation, { body: { ...valid, [field]: wrong } }), 400, field);
    }
  });
});

describe("a missing field is 400 that names it", () => {
  it.each(objects.filter(({ schema }) => schema.required?.length))("$operation.line", async ({ operation, schema }) => {
    for (const field of schema.required) {
      const { [field]: _, ...rest } = VALID_BODY[operation.line]!(target) as Record<string, unknown>;
      refused(await ask(operation, { body: rest }), 400, field);
      refused(await ask(operation, { body: "" }), 400, undefined);
    }
  });
});

describe("an unknown id is 404", () => {
  const withParams = served.filter(({ parameters }) => parameters.some((one) => one.in === "path"));
  const ODD = [
    "nope",
    "0",
    "-1",
    "999999999999999999999",
    "a".repeat(500),
    "'; DROP TABLE bot;--",
    "%",
    "😀",
    "a b",
    "__proto__",
    "%00",
  ];
  it.each(withParams)("$line", async (operation) => {
    // A platform is no id: an unknown one is a 400 that names the known ones (003.feeds.test.ts).
    for (const { name } of operation.parameters.filter((one) => one.in === "path" && one.name !== "platform")) {
      for (const id of ODD) {
        const api = operation.line.includes("{user_id}") ? admin.api : caller(operation);
        const answer = await api.send(operation.line, {
          params: { ...paramsOf(target), [name]: id },
          body: VALID_BODY[operation.line]?.(target),
        });
        refused(answer, 404);
      }
    }
  });
});

describe("a wrong method is 405 with the allowed methods", () => {
  const paths = [...new Set(served.map(({ path }) => path))];
  it.each(paths)("%s", async (path) => {
    const right = served.filter((operation) => operation.path === path).map(({ method }) => method);
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"].filter((one) => !right.includes(one))) {
      const answer = await owner.api.send(`${method} ${path}`, { params: paramsOf(target) });
      refused(answer, 405);
      const allowed = answer.headers.get("allow")!.split(", ");
      for (const one of right) expect(allowed).toContain(one);
      expect(allowed).not.toContain(method);
    }
    const options = await owner.api.send(`OPTIONS ${path}`, { params: paramsOf(target) });
    expect([options.status, options.headers.get("allow")?.includes(right[0]!)]).toEqual([204, true]);
  });
});

describe("a wrong query is 400 that names the parameter", () => {
  const withQuery = served.filter(({ parameters }) => parameters.some((one) => one.in === "query"));
  const FREE = [
    "search",
    "userId",
    "q",
    "type",
    "thread_id",
    "bot_id",
    "bot_ids",
    "ids",
    "level",
    "user_id",
    "filename",
    "u",
    "s",
  ];
  it.each(withQuery)("$line", async (operation) => {
    for (const { name, schema } of operation.parameters.filter(
      (one) => one.in === "query" && !FREE.includes(one.name),
    )) {
      const wrong = schema.type === "integer" ? ["-1", "1.5", "1e3", "ten", "0x10", "9".repeat(40)] : ["no such!"];
      for (const value of wrong)
        refused(await ask(operation, { query: { ...REQUIRED_QUERY[operation.line], [name]: value } }), 400, name);
    }
  });

  it.each(withQuery.filter(({ parameters }) => parameters.some(({ name }) => name === "limit")))(
    "$line keeps to its cap, and to a limit of 0",
    async (operation) => {
      const lists = (json: Json) => Object.values(json).find(Array.isArray) as unknown[];
      for (const limit of ["0", "1"]) {
        const answer = await ask(operation, { query: { limit } });
        expect(answer.status, answer.text).toBe(200);
        expect(lists(answer.json).length).toBeLessThanOrEqual(Number(limit));
      }
      expect((await ask(operation, { query: { limit: "999999999" } })).status).toBe(200);
    },
  );

  it.each(
    served
      .filter(({ parameters }) => parameters.some(({ name }) => name === "bot_id"))
      .filter(({ method }) => method === "GET"),
  )("$line with somebody else's bot is 404", async (operation) => {
    const stranger = await aUser();
    const input = { params: paramsOf(target), query: { bot_id: target.bot.id } };
    refused(await stranger.api.send(operation.line, input), 404);
  });
});

it.each([
  "/api/nothing",
  "/api",
  "/api/",
  "/api/bot",
  "/api/my-bots/x/y/z",
  "/api/auth/login/",
  "/bots/x/y",
  "/metrics/x",
])("an unknown path is 404 in the documented form: %s", async (path) => {
  const { status, json } = await new Api().send(`GET ${path}`);
  expect(status).toBe(404);
  expect(json).toMatchObject({ status: "error", message: "Endpoint not found", error: "Endpoint not found" });
});

describe("other rules", () => {
  it("registration names wrong fields and taken names", async () => {
    const good = { username: "someone-else", email: "someone-else@example.org", password: "long enough" };
    const anonymous = new Api();
    for (const [field, body] of [
      ["password", { ...good, password: "short" }],
      ["email", { ...good, email: "not an address" }],
      ["username", { ...good, username: "a b" }],
      ["username", { ...good, username: "x" }],
    ] as const)
      refused(await anonymous.send("POST /api/auth/register", { body }), 400, field);
    const taken = await anonymous.send("POST /api/auth/register", { body: { ...good, username: owner.username } });
    expect([400, 409]).toContain(taken.status);
  });

  it("enumerations are exactly the documented ones", async () => {
    const params = paramsOf(target);
    const message = { message: "x", author_id: "1", author_name: "a", thread_id: "t" };
    for (const thread_type of ["group", "ROOM", ""])
      refused(
        await target.bot.api.send("POST /api/bot/{bot_id}/messages", { params, body: { ...message, thread_type } }),
        400,
        "thread_type",
      );
    for (const status of ["done", "pending", "COMPLETED"])
      refused(
        await target.bot.api.send("POST /api/commands/{command_id}/ack", { params, body: { status } }),
        400,
        "status",
      );
    for (const type of ["", "two words", "x".repeat(33), "9"])
      refused(
        await target.bot.api.send("POST /api/bot/{bot_id}/logs", { params, body: { type, message: "x" } }),
        400,
        "type",
      );
  });

  it("an array of logs is stored whole or not at all", async () => {
    const params = paramsOf(target);
    const body = [{ message: "good one of a bad batch" }, { message: "" }];
    const answer = await target.bot.api.send("POST /api/bot/{bot_id}/logs", { params, body });
    refused(answer, 400);
    expect(answer.json.details.field).toBe("1.message");
    const { text } = await owner.api.send("GET /api/logs", { query: { bot_id: target.bot.id } });
    expect(text).not.toContain("good one of a bad batch");
    refused(
      await target.bot.api.send("POST /api/bot/{bot_id}/logs", { params, body: Array(1001).fill({ message: "x" }) }),
      400,
    );
  });

  it("nesting is limited, so that everything stored can be written again", async () => {
    const params = paramsOf(target);
    const nested = (levels: number) => `{"a":${"[".repeat(levels)}${"]".repeat(levels)}}`;
    const put = (body: string) => owner.api.send("PUT /api/bot/{bot_id}/settings", { params, body });
    for (const levels of [100, 5_000, 100_000]) refused(await put(nested(levels)), 400);
    expect((await put(nested(99))).status).toBe(200);
    expect((await put(`{"a":"${"[".repeat(500)}\\"${"[".repeat(500)}"}`)).status).toBe(200);
    const metadata = `${`{"a":`.repeat(3_000)}1${"}".repeat(3_000)}`;
    const log = `{"message":"x","metadata":${metadata}}`;
    refused(await target.bot.api.send("POST /api/bot/{bot_id}/logs", { params, body: log }), 400);
  });

  it("missing fields and wrong types are named in plain words", async () => {
    const params = paramsOf(target);
    const said = async (body: unknown) =>
      (await owner.api.send("POST /api/bot/{bot_id}/send-command", { params, body })).json.error;
    expect(await said({})).toBe("type: is required");
    expect(await said({ type: 5 })).toBe("type: must be a string");
    expect(await said({ type: "x", payload: [] })).toBe("payload: must be a JSON object");
    expect(await said({ type: "x", expires_in: 1e9 })).toBe("expires_in: must be at most 2592000");
    expect(await said([])).toBe("Send a JSON object");
    const { json } = await target.bot.api.send("POST /api/commands/{command_id}/ack", {
      params,
      body: { status: "x" },
    });
    expect(json.error).toBe("status: must be one of completed, failed");
  });

  it("metadata, payload and results have a size", async () => {
    const params = paramsOf(target);
    const big = { x: "x".repeat(70_000) };
    refused(await owner.api.send("POST /api/my-bots", { body: { name: "b", metadata: big } }), 400, "metadata");
    refused(
      await owner.api.send("POST /api/commands", { body: { ...params, type: "x", payload: big } }),
      400,
      "payload",
    );
  });

  it("the last admin cannot be demoted, deactivated or deleted", async () => {
    const params = { user_id: String(admin.id) };
    for (const body of [{ role: "user" }, { is_active: false }])
      refused(await admin.api.send("PATCH /api/users/{user_id}", { params, body }), 409);
    refused(await admin.api.send("POST /api/auth/delete-account", { body: { password: admin.password } }), 409);
  });
});
