/**
 * Document 000, endpoint by endpoint: the documented request gets exactly 200 and the documented answer, over real HTTP.
 * The examples are the document's own; contracts are checked by the server itself (every reply) and elsewhere.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { BOT_PAGE_MAX } from "@/lib/fleet/bots/contract.constants";
import { Api } from "../api";
import { aBot, aUser, mailTo, type TestBot, type TestUser, theAdmin, unique } from "../factories";
import { differences } from "../shape";

const TIME = "ISO timestamp";
const COMMAND = { id: "cmd_id", bot_id: "bot_id", type: "string", payload: {}, status: "pending", created_at: TIME };
const BOT = { id: "bot_id", name: "string", status: "online/offline", created_at: TIME };
const USER = { id: 1, username: "string", email: "string", fullname: "string" };
const LOG = { type: "string", message: "string", timestamp: TIME, metadata: {}, bot_id: "bot_id" };
const MESSAGE = {
  bot_id: "bot_id",
  message: "string",
  author_id: "string",
  author_name: "string",
  thread_id: "string",
  thread_type: "GROUP/USER",
  timestamp: TIME,
  metadata: {},
};
const COUNTS = { total_commands: 100, pending_commands: 5, completed_commands: 90, failed_commands: 5 };

type World = { anonymous: Api; ada: TestUser; admin: TestUser; bot: TestBot; command_id: string };
type Row = {
  endpoint: string;
  as: (world: World) => Api;
  params?: (world: World) => Record<string, string>;
  query?: (world: World) => Record<string, string | number>;
  body?: unknown | ((world: World) => unknown);
  /** The example as the document shows it. */
  answer: unknown;
};

const anonymous = (world: World) => world.anonymous;
const user = (world: World) => world.ada.api;
const admin = (world: World) => world.admin.api;
const bot = (world: World) => world.bot.api;
const ofBot = (world: World) => ({ bot_id: world.bot.id });
const newcomer = unique("newcomer");
const PASSWORD = "string (min 8 chars)";

const rows: Row[] = [
  {
    endpoint: "POST /api/auth/register",
    as: anonymous,
    body: { username: newcomer, email: `${newcomer}@example.org`, password: PASSWORD, fullname: "string" },
    answer: { success: true, message: "Registration successful" },
  },
  {
    endpoint: "POST /api/auth/register",
    as: anonymous,
    body: { username: `${newcomer}2`, email: `${newcomer}2@example.org`, password: PASSWORD },
    answer: { success: true, message: "Registration successful" },
  },
  {
    endpoint: "POST /api/auth/login",
    as: anonymous,
    body: { username: newcomer, password: PASSWORD },
    answer: { success: true, user: { ...USER, role: "user" } },
  },
  { endpoint: "GET /api/auth/me", as: user, answer: { user: { ...USER, role: "user", created_at: TIME } } },
  {
    endpoint: "POST /api/auth/update-profile",
    as: user,
    body: { fullname: "Ada Lovelace", phone: "+44 20 1234", birthday: "1815-12-10", gender: "female" },
    answer: { success: true },
  },
  { endpoint: "POST /api/auth/update-profile", as: user, body: { phone: "+44 20 99" }, answer: { success: true } },
  {
    endpoint: "POST /api/auth/forgot-password",
    as: anonymous,
    body: { email: "nobody@example.org" },
    answer: { success: true, message: "If email exists, reset link has been sent" },
  },
  {
    endpoint: "GET /api/users",
    as: admin,
    answer: { users: [{ ...USER, created_at: TIME, role: "user" }], count: 10 },
  },
  {
    endpoint: "GET /api/users/{user_id}",
    as: user,
    params: ({ ada }) => ({ user_id: String(ada.id) }),
    answer: {
      user: {
        ...USER,
        phone: "string",
        birthday: "string",
        gender: "string",
        created_at: TIME,
        last_login: TIME,
        is_active: true,
        role: "user",
      },
    },
  },
  {
    endpoint: "GET /api/users/{user_id}/bots",
    as: user,
    params: ({ ada }) => ({ user_id: String(ada.id) }),
    answer: { bots: [{ ...BOT, owner_id: 1 }], count: 5 },
  },
  {
    endpoint: "GET /api/users/search",
    as: admin,
    query: ({ ada }) => ({ q: ada.username.slice(0, 6) }),
    answer: { users: [{ ...USER, created_at: TIME }], count: 5 },
  },
  { endpoint: "GET /api/my-bots", as: user, answer: { bots: [{ ...BOT, metadata: {} }], count: 5 } },
  {
    endpoint: "POST /api/my-bots",
    as: user,
    body: { name: "string", metadata: { platform: "telegram" } },
    answer: { success: true, bot_id: "string", token: "string" },
  },
  {
    endpoint: "POST /api/my-bots",
    as: user,
    body: { name: "string" },
    answer: { success: true, bot_id: "string", token: "string" },
  },
  {
    endpoint: "GET /api/my-bots/{bot_id}",
    as: user,
    params: ofBot,
    answer: { bot: { ...BOT, last_active: TIME, metadata: {} } },
  },
  {
    endpoint: "PUT /api/my-bots/{bot_id}",
    as: user,
    params: ofBot,
    body: { name: "Renamed", metadata: { platform: "discord" } },
    answer: { success: true },
  },
  { endpoint: "GET /api/my-bots/{bot_id}/token", as: user, params: ofBot, answer: { token: "string" } },
  { endpoint: "GET /api/my-bots/{bot_id}/data", as: user, params: ofBot, answer: { data: null } },
  { endpoint: "GET /api/admin/bots", as: admin, answer: { bots: [{ ...BOT, owner_id: null }], count: 20 } },
  {
    endpoint: "GET /api/bot/{bot_id}/info",
    as: user,
    params: ofBot,
    answer: { bot: { ...BOT, metadata: {} }, stats: COUNTS, online: true },
  },
  {
    endpoint: "POST /api/bot/{bot_id}/send-command",
    as: user,
    params: ofBot,
    body: { type: "string", payload: { a: 1 } },
    answer: { status: "ok", command: COMMAND },
  },
  {
    endpoint: "POST /api/bot/{bot_id}/send-command",
    as: user,
    params: ofBot,
    body: { type: "string" },
    answer: { status: "ok", command: COMMAND },
  },
  {
    endpoint: "POST /api/bot/{bot_id}/restart",
    as: user,
    params: ofBot,
    answer: { status: "ok", command: COMMAND },
  },
  { endpoint: "POST /api/bot/{bot_id}/stop", as: user, params: ofBot, answer: { status: "ok", command: COMMAND } },
  { endpoint: "GET /api/bot/{bot_id}/settings", as: user, params: ofBot, answer: { settings: {} } },
  {
    endpoint: "PUT /api/bot/{bot_id}/settings",
    as: user,
    params: ofBot,
    body: { key: "value" },
    answer: { success: true, settings: { key: "value" } },
  },
  {
    endpoint: "POST /api/commands",
    as: user,
    body: ({ bot: { id } }: World) => ({ bot_id: id, type: "string", payload: {} }),
    answer: { status: "queued", command: COMMAND },
  },
  {
    endpoint: "POST /api/commands",
    as: user,
    body: ({ bot: { id } }: World) => ({ bot_id: id, type: "string" }),
    answer: { status: "queued", command: COMMAND },
  },
  { endpoint: "GET /api/commands", as: user, answer: { commands: [COMMAND], count: 100 } },
  { endpoint: "GET /api/commands", as: user, query: ofBot, answer: { commands: [COMMAND], count: 100 } },
  {
    endpoint: "GET /api/bot/{bot_id}/commands",
    as: bot,
    params: ofBot,
    query: () => ({ limit: 2 }),
    answer: { commands: [COMMAND], count: 5 },
  },
  {
    endpoint: "POST /api/commands/{command_id}/ack",
    as: bot,
    params: ({ command_id }) => ({ command_id }),
    body: { status: "completed", result: { a: 1 } },
    answer: { status: "ok", command: { ...COMMAND, status: "completed", result: {}, completed_at: TIME } },
  },
  {
    endpoint: "GET /api/bot/{bot_id}/commands-history",
    as: user,
    params: ofBot,
    query: () => ({ limit: 50, status: "completed" }),
    answer: {
      commands: [
        { id: "cmd_id", type: "string", status: "completed", created_at: TIME, completed_at: TIME, result: {} },
      ],
      count: 50,
    },
  },
  {
    endpoint: "POST /api/bot/{bot_id}/logs",
    as: bot,
    params: ofBot,
    body: { type: "info", message: "string", metadata: {} },
    answer: { status: "ok", received: 1 },
  },
  {
    endpoint: "POST /api/bot/{bot_id}/logs",
    as: bot,
    params: ofBot,
    body: [
      { type: "error", message: "one" },
      { type: "warning", message: "two" },
    ],
    answer: { status: "ok", received: 2 },
  },
  { endpoint: "GET /api/logs", as: user, query: () => ({ limit: 100 }), answer: { logs: [LOG], count: 100 } },
  ...(["GROUP", "USER"] as const).map((thread_type) => ({
    endpoint: "POST /api/bot/{bot_id}/messages",
    as: bot,
    params: ofBot,
    body: {
      message: "string",
      author_id: "string",
      author_name: "string",
      thread_id: "string",
      thread_type,
      metadata: {},
    },
    answer: { status: "ok" },
  })),
  {
    endpoint: "GET /api/messages",
    as: user,
    query: () => ({ limit: 100 }),
    answer: { messages: [MESSAGE], count: 100 },
  },
  {
    endpoint: "POST /api/bot/{bot_id}/sync",
    as: bot,
    params: ofBot,
    body: { groups: [{ id: 1 }], friends: [{ id: 2 }], metadata: { v: 1 } },
    answer: { status: "ok" },
  },
  {
    endpoint: "GET /api/bot/{bot_id}/data",
    as: user,
    params: ofBot,
    answer: { data: { groups: [{ id: 1 }], friends: [{ id: 2 }] }, source: "database/memory", updated_at: TIME },
  },
  {
    endpoint: "GET /api/my-bots/{bot_id}/data",
    as: user,
    params: ofBot,
    answer: { data: { groups: [{}], friends: [{}] } },
  },
  {
    endpoint: "GET /api/stats/overview",
    as: user,
    answer: {
      total_users: 10,
      total_bots: 25,
      user_bots: 5,
      total_commands: 1000,
      pending_commands: 5,
      total_logs: 5000,
      total_messages: 2000,
      connected_clients: 10,
    },
  },
  {
    endpoint: "GET /api/stats/bot/{bot_id}",
    as: user,
    params: ofBot,
    answer: { ...COUNTS, total_logs: 500, total_messages: 200, command_types: { restart: 10, stop: 10 } },
  },
  {
    endpoint: "GET /api/export/logs",
    as: user,
    query: (world) => ({ ...ofBot(world), limit: 1000 }),
    answer: { exported_at: TIME, count: 500, logs: [LOG] },
  },
  {
    endpoint: "GET /api/export/messages",
    as: user,
    query: (world) => ({ ...ofBot(world), limit: 1000 }),
    answer: { exported_at: TIME, count: 200, messages: [MESSAGE] },
  },
  {
    endpoint: "GET /api/export/bot-data/{bot_id}",
    as: user,
    params: ofBot,
    answer: { exported_at: TIME, bot: BOT, data: {}, commands: [COMMAND_ANY()], logs: [LOG], messages: [MESSAGE] },
  },
  {
    endpoint: "GET /api/bots",
    as: user,
    answer: { bots: [BOT], count: 1 },
  },
  {
    endpoint: "GET /api/bot/{bot_id}/status",
    as: user,
    params: ofBot,
    answer: { status: "string" },
  },
  {
    endpoint: "POST /api/bot/{bot_id}/status",
    as: bot,
    params: ofBot,
    body: { status: "online", data: {} },
    answer: { status: "ok", bot: BOT },
  },
  {
    endpoint: "POST /api/my-bots/{bot_id}/regenerate-token",
    as: user,
    params: ofBot,
    answer: { success: true, token: "string" },
  },
  { endpoint: "DELETE /api/my-bots/{bot_id}", as: user, params: ofBot, answer: { success: true } },
];

function COMMAND_ANY() {
  return { id: "cmd_id", bot_id: "bot_id", type: "string", payload: {}, status: "pending/completed/failed" };
}

/** Endpoints with tests of their own below. */
const STORIES = [
  "POST /api/auth/logout",
  "POST /api/auth/change-password",
  "POST /api/auth/reset-password",
  "POST /api/auth/delete-account",
];

/** The document's table of contents. */
const DOCUMENTED = [
  ...["register", "login", "logout", "update-profile", "change-password", "forgot-password"].map(
    (name) => `POST /api/auth/${name}`,
  ),
  "POST /api/auth/reset-password",
  "POST /api/auth/delete-account",
  "GET /api/auth/me",
  "GET /api/users",
  "GET /api/users/{user_id}",
  "GET /api/users/{user_id}/bots",
  "GET /api/users/search",
  "GET /api/my-bots",
  "POST /api/my-bots",
  "GET /api/my-bots/{bot_id}",
  "PUT /api/my-bots/{bot_id}",
  "DELETE /api/my-bots/{bot_id}",
  "GET /api/my-bots/{bot_id}/token",
  "POST /api/my-bots/{bot_id}/regenerate-token",
  "GET /api/my-bots/{bot_id}/data",
  "GET /api/admin/bots",
  "GET /api/bot/{bot_id}/info",
  "POST /api/bot/{bot_id}/send-command",
  "POST /api/bot/{bot_id}/restart",
  "POST /api/bot/{bot_id}/stop",
  "GET /api/bot/{bot_id}/settings",
  "PUT /api/bot/{bot_id}/settings",
  "GET /api/bot/{bot_id}/commands-history",
  "GET /api/stats/overview",
  "GET /api/stats/bot/{bot_id}",
  "GET /api/export/logs",
  "GET /api/export/messages",
  "GET /api/export/bot-data/{bot_id}",
  "GET /api/logs",
  "POST /api/bot/{bot_id}/logs",
  "GET /api/messages",
  "POST /api/bot/{bot_id}/messages",
  "POST /api/bot/{bot_id}/sync",
  "GET /api/bot/{bot_id}/data",
  "GET /api/commands",
  "POST /api/commands",
  "GET /api/bot/{bot_id}/commands",
  "POST /api/commands/{command_id}/ack",
  // The original serves these, and its clients use them.
  "GET /api/bots",
  "GET /api/bot/{bot_id}/status",
  "POST /api/bot/{bot_id}/status",
];

describe("document 000", () => {
  const world = {} as World;
  beforeAll(async () => {
    world.anonymous = new Api();
    world.ada = await aUser();
    world.admin = await theAdmin();
    world.bot = await aBot(world.ada);
    // The bot has reported its status, so that last_active is a time, and has a command to acknowledge.
    await world.bot.api.send("POST /api/bot/{bot_id}/status", { params: ofBot(world), body: { status: "online" } });
    const sent = await world.ada.api.send("POST /api/commands", { body: { bot_id: world.bot.id, type: "ping" } });
    world.command_id = sent.json.command.id;
  });

  it.each(rows)("$endpoint", async ({ endpoint, as, params, query, body, answer }) => {
    const reply = await as(world).send(endpoint, {
      params: params?.(world),
      query: query?.(world),
      body: typeof body === "function" ? body(world) : body,
    });
    expect(reply.status, reply.text).toBe(200);
    expect(reply.headers.get("content-type")).toContain("application/json");
    expect(differences(answer, reply.json)).toEqual([]);
    if (typeof reply.json.count === "number") {
      const list = Object.values(reply.json).find(Array.isArray) as unknown[];
      // The server also has the bots of other test files: it counts all, and lists at most one page.
      expect(list).toHaveLength(Math.min(reply.json.count, BOT_PAGE_MAX));
    }
  });

  it("has a row here for every endpoint", () => {
    const covered = new Set([...rows.map((row) => row.endpoint), ...STORIES]);
    expect(DOCUMENTED.filter((endpoint) => !covered.has(endpoint))).toEqual([]);
  });

  describe("signing in", () => {
    it("sets session_token (HttpOnly, seven days, whole site), and accepts the e-mail address too", async () => {
      const { username, email, password } = await aUser();
      for (const name of [username, email, email.toUpperCase()]) {
        const body = { username: name, password };
        const reply = await world.anonymous.send("POST /api/auth/login", { body });
        expect(reply.status, reply.text).toBe(200);
        const cookie = reply.headers.get("set-cookie")!;
        expect(cookie).toMatch(/^session_token=[\w.-]{20,};/);
        for (const part of ["HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=604800"]) expect(cookie).toContain(part);
      }
    });

    it("starts a new session each time, with a token of the same rights", async () => {
      const one = await aUser();
      expect((await one.api.bearer(one.jwt).send("GET /api/auth/me")).json).toEqual(
        (await one.api.send("GET /api/auth/me")).json,
      );
      const body = { username: one.username, password: one.password };
      const again = await one.api.send("POST /api/auth/login", { body });
      expect(again.headers.get("set-cookie")).not.toContain(one.cookie);
    });
  });

  it("POST /api/auth/logout ends the session, cookie and token alike", async () => {
    const one = await aUser();
    const reply = await one.api.send("POST /api/auth/logout");
    expect(reply.status, reply.text).toBe(200);
    expect(differences({ success: true }, reply.json)).toEqual([]);
    expect(reply.headers.get("set-cookie")).toContain("Max-Age=0");
    expect((await one.api.send("GET /api/auth/me")).status).toBe(401);
    expect((await one.api.bearer(one.jwt).send("GET /api/auth/me")).status).toBe(401);
  });

  it("POST /api/auth/change-password ends every session; only the new password works", async () => {
    const one = await aUser();
    const wrong = { old_password: "not the password", new_password: "another long password" };
    expect([400, 401]).toContain((await one.api.send("POST /api/auth/change-password", { body: wrong })).status);
    const body = { old_password: one.password, new_password: "another long password" };
    const reply = await one.api.send("POST /api/auth/change-password", { body });
    expect([reply.status, reply.json.success]).toEqual([200, true]);
    expect((await one.api.send("GET /api/auth/me")).status).toBe(401);
    const login = async (password: string) =>
      (await world.anonymous.send("POST /api/auth/login", { body: { username: one.username, password } })).status;
    expect(await login(one.password)).toBe(401);
    expect(await login(body.new_password)).toBe(200);
  });

  it("POST /api/auth/forgot-password mails a link; POST /api/auth/reset-password takes its token once", async () => {
    const one = await aUser();
    const known = await world.anonymous.send("POST /api/auth/forgot-password", { body: { email: one.email } });
    const unknown = await world.anonymous.send("POST /api/auth/forgot-password", {
      body: { email: "nobody-at-all@example.org" },
    });
    // The answer must not reveal whether the account exists.
    expect([known.status, known.text]).toEqual([unknown.status, unknown.text]);
    const token = /token=([\w.-]+)/.exec(await mailTo(one.email))![1]!;
    const body = { token, new_password: "a reset long password" };
    const reply = await world.anonymous.send("POST /api/auth/reset-password", { body });
    expect([reply.status, reply.json.success], reply.text).toEqual([200, true]);
    expect((await one.api.send("GET /api/auth/me")).status).toBe(401);
    expect((await world.anonymous.send("POST /api/auth/reset-password", { body })).status).toBe(400);
    const login = { username: one.username, password: body.new_password };
    expect((await world.anonymous.send("POST /api/auth/login", { body: login })).status).toBe(200);
  });

  it("POST /api/auth/delete-account removes the account with its bots", async () => {
    const one = await aUser();
    const bot = await aBot(one);
    const wrong = await one.api.send("POST /api/auth/delete-account", { body: { password: "not the password" } });
    expect([400, 401]).toContain(wrong.status);
    const reply = await one.api.send("POST /api/auth/delete-account", { body: { password: one.password } });
    expect([reply.status, reply.json.success], reply.text).toEqual([200, true]);
    const login = { username: one.username, password: one.password };
    expect((await world.anonymous.send("POST /api/auth/login", { body: login })).status).toBe(401);
    expect((await bot.api.send("GET /api/bot/{bot_id}/commands", { params: { bot_id: bot.id } })).status).toBe(401);
    expect((await world.admin.api.send("GET /api/my-bots/{bot_id}", { params: { bot_id: bot.id } })).status).toBe(404);
  });

  describe("fields keep what was sent", () => {
    it("accepts or refuses ids and profiles that contain NUL without a 5xx", async () => {
      const one = await aUser();
      const body = { fullname: "nul \u0000", gender: "\u0000" };
      expect((await one.api.send("POST /api/auth/update-profile", { body })).status).toBeLessThan(500);
      for (const line of ["DELETE /api/auth/api-keys/{id}", "DELETE /api/auth/sessions/{id}", "GET /api/my-bots/{id}"])
        expect((await one.api.send(line, { params: { id: "\u0000" } })).status).toBe(404);
      const login = { username: "\u0000", password: "\u0000" };
      expect((await world.anonymous.send("POST /api/auth/login", { body: login })).status).toBe(401);
      const search = { query: { q: "a\u0000b" } };
      expect((await world.admin.api.send("GET /api/users/search", search)).status).toBe(200);
    });

    it("profile", async () => {
      const one = await aUser();
      const profile = { fullname: "Zoë 😀 <b>", phone: "+1 (555) 0100", birthday: "1990-12-31", gender: "x" };
      await one.api.send("POST /api/auth/update-profile", { body: profile });
      await one.api.send("POST /api/auth/update-profile", { body: { gender: "" } });
      const { json } = await one.api.send("GET /api/users/{user_id}", { params: { user_id: String(one.id) } });
      expect(json.user).toMatchObject({
        ...profile,
        gender: expect.toSatisfy((value) => value === "" || value === null),
      });
    });

    it.each([
      "nul \u0000 inside",
      "half \ud83d of a pair",
      "line\u2028separator",
      "\u0007\u001b[31mred",
      "x".repeat(16_384),
    ])(
      "odd text comes back as it was sent, but for what no database holds, or is refused and named: %j",
      async (odd) => {
        const bot = await aBot(world.ada);
        const params = { bot_id: bot.id };
        const message = { message: odd, author_id: "1", author_name: "a", thread_id: "t", thread_type: "USER" };
        for (const [post, list, body] of [
          ["POST /api/bot/{bot_id}/logs", "GET /api/logs", { message: odd }],
          ["POST /api/bot/{bot_id}/logs", "GET /api/logs", [{ message: "first" }, { message: odd }]],
          ["POST /api/bot/{bot_id}/messages", "GET /api/messages", message],
          ["POST /api/bot/{bot_id}/messages", "GET /api/messages", [{ ...message, message: "first" }, message]],
        ] as const) {
          const reply = await bot.api.send(post, { params, body });
          if (reply.status === 400) {
            expect(reply.json.details.field).toMatch(/message$/);
            continue;
          }
          expect(reply.status, reply.text).toBe(200);
          const stored = (await world.ada.api.send(list, { query: { bot_id: bot.id } })).json;
          expect((stored.logs ?? stored.messages)[0].message).toBe(odd.toWellFormed().replaceAll("\u0000", "\ufffd"));
        }
      },
    );

    it("commands, logs, messages: payloads, metadata, unicode and order", async () => {
      const one = await aUser();
      const bot = await aBot(one, { name: "Echo", metadata: { nested: { list: [1, null, "x"] } } });
      const params = { bot_id: bot.id };
      const odd = { text: "\u0000 ' \" \\ % _ 😀 \u2028", deep: { a: [{ b: null }] }, big: 2 ** 40 };
      await one.api.send("POST /api/commands", { body: { ...params, type: "odd", payload: odd } });
      const { json } = await bot.api.send("GET /api/bot/{bot_id}/commands", { params });
      expect(json.commands[0].payload).toEqual(odd);
      const logs = ["first", "second 😀", "third\nline"].map((message) => ({ type: "info", message, metadata: odd }));
      await bot.api.send("POST /api/bot/{bot_id}/logs", { params, body: logs });
      const stored = (await one.api.send("GET /api/logs", { query: params })).json.logs;
      expect(stored.map(({ message }: { message: string }) => message)).toEqual(["third\nline", "second 😀", "first"]);
      expect(stored[0].metadata).toEqual(odd);
      const message = { message: "hi 😀", author_id: "1", author_name: "Bøb", thread_id: "t", thread_type: "GROUP" };
      await bot.api.send("POST /api/bot/{bot_id}/messages", { params, body: { ...message, metadata: odd } });
      const [listed] = (await one.api.send("GET /api/messages", { query: params })).json.messages;
      expect(listed).toMatchObject({ ...message, bot_id: bot.id, metadata: odd });
      expect((await one.api.send("GET /api/my-bots/{bot_id}", { params })).json.bot.metadata).toEqual({
        nested: { list: [1, null, "x"] },
      });
    });
  });
});
