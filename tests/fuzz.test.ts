/**
 * Generated requests and socket events: built from the API's schemas with one mutation, from random JSON, and raw bytes.
 * No answer may be a 5xx or break its contract, and the server must keep running. FUZZ_RUNS sets the number of requests
 * (default 1500), FUZZ_SEED changes them (a number, or `random`).
 */
import { connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Answer, Api, type Json } from "./api";
import {
  aTarget,
  type OperationDocument,
  paramsOf,
  servedOperations,
  type Target,
  VALID_BODY,
} from "./conformance/operations";
import { aUser, type TestUser, theAdmin } from "./factories";
import { allowedBy } from "./json-schema";
import { closeSockets, connected } from "./sockets";
import { theServer } from "./the-server";

const RUNS = Number(process.env.FUZZ_RUNS ?? 1500);
// Use a fixed seed, so that every change is tested with the same requests. FUZZ_SEED=random searches for new ones.
const given = process.env.FUZZ_SEED ?? "20261122";
const seed = given === "random" ? Math.floor(Math.random() * 2 ** 31) : Number(given);
const options = { numRuns: RUNS, seed, interruptAfterTimeLimit: 240_000, markInterruptAsFailure: false };
const timeout = 300_000;

const served = (await servedOperations()).filter(
  // Skip sign-ins: each failure costs a slow hash on purpose, and a success could end the account that calls.
  ({ line }) => !/auth\/(login|change-password|delete-account|register|logout|refresh|sessions$)|api\/setup/.test(line),
);
const { schemas } = (await new Api().send("GET /api/openapi.json")).json.components;
let owner: TestUser;
let target: Target;
let callers: Api[];
beforeAll(async () => {
  owner = await aUser();
  target = await aTarget(owner);
  callers = [owner.api, target.bot.api, (await theAdmin()).api, new Api()];
});
afterAll(closeSockets);

/** Text that breaks parsers: control characters, halves of surrogates, quotes, wildcards, markup, numbers. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom(
    "\u0000",
    "\ud800",
    "%",
    "_",
    "\\",
    "'",
    '"',
    "*",
    "((",
    "NEAR(",
    "a OR b",
    "-",
    "../..",
    "<b>",
    "=1+1",
  ),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "null",
    "NaN",
    "1e400",
    "-0",
    "\r\nx: y",
    "x".repeat(5000),
    "😀".repeat(300),
  ),
);
const value = fc.oneof(
  { weight: 4, arbitrary: text },
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 1e308, 2 ** 53, "", [], {}),
  fc.array(text, { maxLength: 5 }),
  fc.dictionary(text, text, { maxKeys: 5 }),
);

/** With any valid body, these would refuse most of what comes after: parts of the server switched off, commands unknown. */
const KEEPS_EXAMPLE = /\/api\/config|\/manifest$/;
const isObject = (made: unknown): made is Record<string, unknown> =>
  made !== null && typeof made === "object" && !Array.isArray(made);

/** A body that the schema allows, often with an example's values, and invalid in a field; or none that a schema describes. */
const bodyFor = ({ line, body: schema }: OperationDocument) => {
  const allowed = KEEPS_EXAMPLE.test(line) ? fc.constant(undefined) : allowedBy(schema, schemas);
  const bent = fc
    .record({
      made: allowed,
      isPlain: fc.boolean(),
      at: fc.nat(99),
      value,
      extra: fc.dictionary(text, value, { maxKeys: 2 }),
    })
    .map(({ made, isPlain, at, value, extra }) => {
      // Only an example names what is there, such as the target's bot.
      const example = isPlain && made ? undefined : VALID_BODY[line]?.(target);
      const body = { ...(isObject(made) && made), ...(isObject(example) && example) };
      const names = Object.keys({ ...body, ...schema?.properties });
      return JSON.stringify({ ...body, ...extra, [names[at % names.length] ?? "x"]: value });
    });
  const list = fc.array(allowed, { maxLength: 3 });
  return fc.oneof(
    { weight: 2, arbitrary: bent },
    fc.oneof(allowed, value, list).map((any) => JSON.stringify(any)),
    text,
  );
};

function sound(answer: Answer, what: string) {
  // Push and Discord are not set up here, which is what a valid request for them is told.
  if (answer.status === 503 && what.startsWith("POST /api/notifications/test ")) return;
  if (answer.status === 503 && /\bset `?[A-Z_]{4,}/i.test(answer.json?.error ?? "")) return;
  expect(answer.status, `${what}\n${answer.text}\nFUZZ_SEED=${seed}`).toBeLessThan(500);
  // Only exports, files and empty answers are not JSON; a refusal always is.
  if (answer.json !== undefined || !answer.text) return;
  expect(answer.status, what).toBe(200);
  expect(answer.headers.get("content-type")).toMatch(/csv|ndjson|text\/(javascript|html|plain)/);
}

it("answers no 5xx to requests mutated from the API's schemas", { timeout }, async () => {
  const call = fc.constantFrom(...served).chain((operation) =>
    fc.record({
      operation: fc.constant(operation),
      caller: fc.nat(3),
      params: fc.record(
        Object.fromEntries(
          operation.parameters
            .filter((one) => one.in === "path")
            .map(({ name }) => [name, fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, text)]),
        ),
      ),
      query: fc.record(
        Object.fromEntries(
          operation.parameters
            .filter((one) => one.in === "query" && one.name !== "wait")
            .map(({ name, schema }) => [name, fc.oneof(fc.constant(undefined), queryValue(schema))]),
        ),
      ),
      body: operation.body ? bodyFor(operation) : fc.constant(undefined),
    }),
  );
  await fc.assert(
    fc.asyncProperty(call, async ({ operation, caller, params, query, body }) => {
      // Keep the target, because later requests need it.
      if (operation.method === "DELETE" || operation.line.includes("regenerate"))
        params = { ...params, bot_id: "gone", user_id: "999999" };
      if (operation.line.startsWith("PATCH /api/users")) params = { user_id: "999999" };
      const given = Object.fromEntries(Object.entries(params).filter(([, one]) => one !== undefined && one !== ""));
      const asked = Object.fromEntries(Object.entries(query).filter(([, one]) => one !== undefined));
      const input = { params: { ...paramsOf(target), ...given } as Record<string, string>, query: asked, body };
      for (const [name, one] of Object.entries(input.params)) input.params[name] = wellFormed(one);
      const answer = await callers[caller]!.send(operation.line, input as Json);
      sound(answer, `${operation.line} ${JSON.stringify(input)}`);
    }),
    options,
  );
});

/** Encodes a text for a URL; encodeURIComponent throws on half of a surrogate pair. */
const wellFormed = (one: string) => one.replace(/[\ud800-\udfff]/g, "?");

function queryValue(schema: Json) {
  if (schema.type === "integer") return fc.oneof(fc.integer({ min: 0, max: 50 }).map(String), text.map(wellFormed));
  if (schema.enum) return fc.oneof(fc.constantFrom(...(schema.enum as string[])), text.map(wellFormed));
  return text.map(wellFormed);
}

it("survives raw bytes on the wire, which may end only their connection", { timeout }, async () => {
  const { hostname, port } = new URL(theServer().url);
  const head = fc.record({
    method: fc.oneof(
      fc.constantFrom("GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE", "CONNECT"),
      text,
    ),
    path: fc.oneof(
      fc.constantFrom(
        "/api/logs",
        "/api/bot/x/logs",
        "/api/commands",
        "*",
        "//",
        "http://[::1/",
        "/api/bot/%/data",
        "/%00",
      ),
      text,
    ),
    headers: fc.array(
      fc.tuple(
        fc.constantFrom(
          "Authorization",
          "Cookie",
          "Content-Length",
          "Transfer-Encoding",
          "Host",
          "Origin",
          "Expect",
          "Upgrade",
        ),
        fc.oneof(
          fc.constantFrom(
            "Bearer",
            "Bearer a b",
            "session_token==;",
            "-1",
            "99999999999",
            "chunked",
            "null",
            "websocket",
          ),
          text,
        ),
      ),
      { maxLength: 5 },
    ),
    body: fc.oneof(text, fc.constant("5\r\nhello\r\nZZ\r\n")),
  });
  const wire = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    head.map(({ method, path, headers, body }) =>
      Buffer.from(
        `${method} ${path} HTTP/1.1\r\nHost: x\r\n${headers.map((one) => one.join(": ")).join("\r\n")}\r\n\r\n${body}`,
      ),
    ),
  );
  const exchange = (bytes: Buffer) =>
    new Promise<string>((resolve) => {
      let answer = "";
      const socket = connect(Number(port), hostname, () => socket.end(bytes));
      socket.setTimeout(300, () => socket.destroy());
      socket.on("data", (data) => {
        answer += data.toString("latin1");
      });
      socket.on("error", () => {});
      socket.on("close", () => resolve(answer));
    });
  await fc.assert(
    fc.asyncProperty(wire, async (bytes) => {
      const status = /^HTTP\/1\.1 (\d+)/.exec(await exchange(bytes))?.[1];
      if (status) expect(Number(status), JSON.stringify(bytes.toString("latin1"))).toBeLessThan(500);
    }),
    { ...options, numRuns: Math.ceil(RUNS / 5) },
  );
  expect((await new Api().send("GET /api/health", { query: { detailed: "true" } })).json.status).toBe("ok");
});

it("survives random socket events of a person and of a bot", { timeout }, async () => {
  const person = await connected({ token: owner.jwt });
  const bot = await connected({ token: target.bot.token });
  const valid: Record<string, unknown> = {
    send_message: { bot_id: target.bot.id, thread_id: "1", thread_type: "USER", message: "x" },
    watch: { topics: ["logs"], bot_id: target.bot.id },
    ack: { command_id: target.command_id, status: "completed" },
    log: { message: "x" },
    message: { message: "m", author_id: "1", thread_id: "t" },
    status: { status: "online" },
    sync: { groups: [] },
    // Tickets.
    join_ticket: { ticket_id: target.ticket_id, since: 0 },
    leave_ticket: { ticket_id: target.ticket_id },
    ticket_message: { ticket_id: target.ticket_id, content: "x", is_note: false, client_id: "c" },
    typing: { ticket_id: target.ticket_id, typing: true, note: false },
    mark_read: { ticket_id: target.ticket_id, last_seq: 1 },
  };
  const said = fc.record({
    name: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...Object.keys(valid)) }, text),
    by: fc.constantFrom("person", "bot"),
    data: fc.oneof(
      value,
      fc.record({ field: fc.nat(5), value }).map((bend) => bend),
    ),
    bent: fc.boolean(),
    callback: fc.boolean(),
  });
  const reserved = /^(connect|connect_error|disconnect|disconnecting|newListener|removeListener)$/;
  await fc.assert(
    fc.asyncProperty(said, async ({ name, by, data, bent, callback }) => {
      if (reserved.test(name)) return;
      const { client } = by === "person" ? person : bot;
      const base = (Object.hasOwn(valid, name) ? valid[name] : undefined) as Record<string, unknown> | undefined;
      const names = Object.keys(base ?? {});
      const bend = data as { field?: number; value?: unknown } | null;
      const sent =
        bent && base ? { ...base, [names[(bend?.field ?? 0) % names.length]!]: bend?.value ?? data } : (data as Json);
      const known = Object.hasOwn(valid, name) && (by === "person") === ["send_message", "watch"].includes(name);
      if (!callback || !known) return void client.emit(name, sent);
      const answer = (await client.timeout(60_000).emitWithAck(name, sent)) as Json;
      expect(answer?.code, JSON.stringify([name, sent, answer])).not.toBe("INTERNAL_ERROR");
    }),
    { ...options, numRuns: Math.ceil(RUNS / 2) },
  );
  expect([person.client.connected, bot.client.connected]).toEqual([true, true]);
});
