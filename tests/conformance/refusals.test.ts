/**
 * Every operation × every kind of wrong request: checks the status, and that the JSON names the field. The caller here has
 * the right; access.test.ts checks rights.
 */
import { describe, expect, it } from "vitest";
import { Api, type Json } from "../api";
import { aUser } from "../factories";
import { admin, named, objects, owner, refused, served, target, withBody } from "../refusals";
import { paramsOf, REQUIRED_QUERY, VALID_BODY } from "./operations";

type Operation = (typeof served)[number];

/**
 * Matches what is for staff and for some others: the community of document 003's app for people who came by Discord, and the
 * desk of tickets for operators of the bot that opened one.
 */
const STAFF_AND_OTHERS = /^\/api\/(posts|community_posts|hazehub|levels|memes\/\{|tickets\/(assignees|\{))/;

/** Calls with the necessary right, so that only the request is wrong. */
const caller = ({ security, permission, path }: Operation): Api =>
  permission || STAFF_AND_OTHERS.test(path)
    ? admin.api
    : security.some((one) => Object.keys(one).length === 0)
      ? new Api()
      : owner.api;

const ask = (operation: Operation, over: Parameters<Api["send"]>[1] = {}) =>
  caller(operation).send(operation.line, {
    params: paramsOf(target),
    query: REQUIRED_QUERY[operation.line],
    body: VALID_BODY[operation.line]?.(target),
    ...over,
  });

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

it("knows a valid body of every operation that takes one", () => {
  expect(withBody.map(({ line }) => line).filter((line) => !VALID_BODY[line])).toEqual([]);
});

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
  const withQuery = served
    .filter(({ parameters }) => parameters.some((one) => one.in === "query"))
    // The provider may send any text; sso.strict.test.ts.
    .filter(({ line }) => line !== "GET /api/auth/sso/{provider}/callback");
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
    "tag",
    "platform",
    "version",
    "host",
    "u",
    "s",
    "key",
    "ticket_id",
    "target_id",
    "request_id",
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

  /** Makes an owner's thing whose list is asked for, and returns the parameters of its path. */
  const make = async (line: string, thing: string): Promise<Record<string, string>> => {
    const { json } = await owner.api.send(line, { body: VALID_BODY[line]!(target) });
    const id = `${thing}_id`;
    return { [id]: json[thing][id] };
  };
  const MADE: Record<string, () => Promise<Record<string, string>>> = {
    "GET /api/schedules/{schedule_id}/runs": () => make("POST /api/schedules", "schedule"),
    "GET /api/status-pages/{page_id}/incidents": () => make("POST /api/status-pages", "page"),
    "GET /api/webhooks/{webhook_id}/deliveries": () => make("POST /api/webhooks", "webhook"),
  };
  it.each(withQuery.filter(({ parameters }) => parameters.some(({ name }) => name === "limit")))(
    "$line keeps to its cap, and to a limit of 0",
    async (operation) => {
      const params = { ...paramsOf(target), ...(await MADE[operation.line]?.()) };
      const lists = (json: Json) => Object.values(json).find(Array.isArray) as unknown[];
      for (const limit of ["0", "1"]) {
        const answer = await ask(operation, { params, query: { limit } });
        expect(answer.status, answer.text).toBe(200);
        expect(lists(answer.json).length).toBeLessThanOrEqual(Number(limit));
      }
      expect((await ask(operation, { params, query: { limit: "999999999" } })).status).toBe(200);
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

it("a call of document 003's original that is not built says so, and names the switch of its kind", async () => {
  for (const line of ["GET /api/analytics/data", "POST /api/analytics/reset"]) {
    const { status, json } = await new Api().send(line);
    expect([line, status]).toEqual([line, 404]);
    expect(json).toMatchObject({ status: "error", message: expect.stringContaining("features.social") });
  }
});
