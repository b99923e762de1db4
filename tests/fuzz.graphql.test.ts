/**
 * Sends generated documents to /graphql and its sockets: mutated ones built from the schema's names, random text, and
 * messages of the protocol in any order. Each must be answered by a 4xx or by errors with a known code, and the server must
 * keep running. The documents are the same every time; FUZZ_SEED changes them.
 */
import { once } from "node:events";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocket } from "ws";
import { Api, type Json } from "./api";
import { aUser, type TestUser, theAdmin } from "./factories";
import { theServer } from "./the-server";

const RUNS = Number(process.env.FUZZ_RUNS ?? 1500);
const given = process.env.FUZZ_SEED ?? "20261122";
const seed = given === "random" ? Math.floor(Math.random() * 2 ** 31) : Number(given);
const options = { numRuns: Math.ceil(RUNS / 4), seed };
const timeout = 300_000;

let user: TestUser;
let admin: TestUser;
const open: WebSocket[] = [];
beforeAll(async () => {
  [user, admin] = [await aUser(), await theAdmin()];
});
afterAll(() => {
  for (const socket of open) socket.terminate();
});

const odd = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom("\u0000", "\ud800", "{", "}", "...", "@", "#", '"""', "$", "1e999", "__proto__", "😀".repeat(50)),
);
/** Existing and invented fields, without those that delete accounts or restore backups. */
const field = fc.constantFrom(
  ...[
    "bots",
    "nodes",
    "edges",
    "node",
    "pageInfo",
    "endCursor",
    "id",
    "name",
    "status",
    "commands",
    "logs",
    "messages",
  ],
  ...["tickets", "tasks", "stats", "users", "plugins", "alerts", "backups", "systemMetrics", "cpuUsage", "me"],
  ...["__schema", "__type", "types", "fields", "__typename", "nope", "loggerStats", "config", "filename"],
);
const value = fc.oneof(
  fc.constantFrom(
    "null",
    "true",
    "1",
    "-1",
    "1.5e308",
    '"x"',
    "[]",
    "{}",
    "[[1]]",
    "$v",
    "ENUM",
    '"\\u0000"',
    "99999999999999",
  ),
  odd.map((text) => JSON.stringify(text)),
);
const named = fc.constantFrom(
  "first",
  "after",
  "last",
  "before",
  "id",
  "botId",
  "limit",
  "status",
  "search",
  "taskId",
  "name",
);
const args = fc.array(fc.tuple(named, value), { maxLength: 3 });
const { selection } = fc.letrec<{ selection: string }>((tie) => ({
  selection: fc
    .array(
      fc.tuple(fc.option(fc.constantFrom("a", "b", "c")), field, args, fc.option(tie("selection"), { maxDepth: 5 })),
      { minLength: 1, maxLength: 5 },
    )
    .map(
      (fields) =>
        `{ ${fields
          .map(([alias, name, given, inner]) => {
            const list = given.map((one) => one.join(": ")).join(", ");
            return `${alias ? `${alias}: ` : ""}${name}${list && `(${list})`} ${inner ?? ""}`;
          })
          .join(" ")} }`,
    ),
}));
const grown = fc
  .tuple(fc.constantFrom("", "query ", "query Q($v: String) ", "subscription ", "mutation "), selection)
  .map((pieces) => pieces.join(""));
const text = fc.oneof(
  { weight: 5, arbitrary: grown },
  // Cut the text, or insert something in the middle.
  {
    weight: 3,
    arbitrary: fc
      .tuple(grown, fc.nat(200), odd)
      .map(([whole, at, bend]) => whole.slice(0, at % whole.length) + bend + whole.slice((at * 7) % whole.length)),
  },
  odd,
  fc.constantFrom(
    "{ ...F } fragment F on Query { ...F }",
    `query Q { ${"bots { nodes { commands { nodes { bot { id } } } } } ".repeat(50)} }`,
    `${"{ bots ".repeat(500)}${"}".repeat(500)}`,
    `{ ${Array.from({ length: 2_000 }, (_, n) => `a${n}: __typename`).join(" ")} }`,
    `query Q { __typename ${"@skip(if: false) ".repeat(500)} }`,
  ),
);
const CODES =
  /^(INVALID_INPUT|UNAUTHORIZED|FORBIDDEN|NOT_FOUND|CONFLICT|RATE_LIMITED|METHOD_NOT_ALLOWED|PAYLOAD_TOO_LARGE|BAD_USER_INPUT|UNAVAILABLE)$/;

function known(errors: Json, what: string) {
  for (const error of errors ?? [])
    expect(error?.extensions?.code, `${what}\n${JSON.stringify(error)}\nFUZZ_SEED=${seed}`).toMatch(CODES);
}

it("answers random documents by POST and by GET without a 5xx", { timeout }, async () => {
  const asked = fc.record({
    query: text,
    variables: fc.oneof(fc.constant(undefined), fc.jsonValue({ maxDepth: 3 })),
    operationName: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, odd),
    by: fc.constantFrom("user", "admin", "nobody"),
    get: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(asked, async ({ by, get, ...body }) => {
      const api = by === "user" ? user.api : by === "admin" ? admin.api : new Api();
      const query = { query: body.query.replace(/[\ud800-\udfff]/g, "?") };
      const answer = get ? await api.send("GET /graphql", { query }) : await api.send("POST /graphql", { body });
      const what = JSON.stringify(body);
      expect(answer.status, `${what}\n${answer.text.slice(0, 500)}\nFUZZ_SEED=${seed}`).toBeLessThan(500);
      known(answer.json?.errors, what);
    }),
    options,
  );
});

it("survives messages on its socket in any order", { timeout }, async () => {
  const id = fc.constantFrom("1", "2", "3", "");
  const message = fc.oneof(
    fc.record({ type: fc.constant("subscribe"), id, payload: fc.record({ query: text }) }),
    fc.record({ type: fc.constant("complete"), id }),
    fc.record({ type: fc.constantFrom("ping", "pong") }),
    fc.record({ type: fc.oneof(odd, fc.constant("connection_init")), id: fc.jsonValue(), payload: fc.jsonValue() }),
    fc.jsonValue(),
  );
  const life = fc.record({
    init: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
    messages: fc.array(fc.oneof({ weight: 5, arbitrary: message.map((one) => JSON.stringify(one)) }, odd), {
      minLength: 1,
      maxLength: 8,
    }),
  });
  const url = `${theServer().url.replace("http", "ws")}/graphql`;
  await fc.assert(
    fc.asyncProperty(life, async ({ init, messages }) => {
      const socket = new WebSocket(url, "graphql-transport-ws");
      open.push(socket);
      const received: Json[] = [];
      socket.on("message", (data) => received.push(JSON.parse(String(data))));
      const closed = once(socket, "close");
      await once(socket, "open");
      if (init) socket.send(JSON.stringify({ type: "connection_init", payload: { token: user.jwt } }));
      for (const one of messages) socket.send(one);
      // The ping is answered after everything sent before it. A socket closed for nonsense reports its code.
      const last = { type: "subscribe", id: "last", payload: { query: "{ __typename }" } };
      socket.send(JSON.stringify(last));
      const answered = new Promise<void>((resolve) =>
        socket.on("message", () => received.some((one) => one.id === "last") && resolve()),
      );
      const over = await Promise.race([answered.then(() => undefined), closed.then(([code]) => code as number)]);
      const what = JSON.stringify(messages);
      // 1011 means an internal error.
      if (over !== undefined) expect([4400, 4401, 4403, 4406, 4408, 4409, 4429, 1007, 1009], what).toContain(over);
      for (const one of received) if (one.type === "error") known(one.payload, what);
      for (const one of received) if (one.type === "next") known(one.payload?.errors, what);
      socket.terminate();
      await closed;
    }),
    { ...options, numRuns: Math.ceil(RUNS / 15) },
  );
  expect((await new Api().send("GET /api/health")).status).toBe(200);
});
