/** Additions of document 001 to 000: public endpoints, the hierarchy of rights, the command lifecycle, the bot's five steps. */
import { beforeAll, describe, expect, it } from "vitest";
import { Api } from "../api";
import { aBot, aUser, type TestUser, theAdmin, unique } from "../factories";
import { differences } from "../shape";

const TIME = "ISO timestamp";
const anonymous = new Api();
let ada: TestUser;
let eve: TestUser;
let admin: TestUser;
beforeAll(async () => {
  [ada, eve, admin] = await Promise.all([aUser(), aUser(), theAdmin()]);
});

describe("public", () => {
  it("GET /api/health", async () => {
    const plain = await anonymous.send("GET /api/health");
    expect(plain.status).toBe(200);
    expect(differences({ status: "ok", timestamp: TIME, service: "string", version: "string" }, plain.json)).toEqual(
      [],
    );
    const { status, json } = await anonymous.send("GET /api/health", { query: { detailed: "true" } });
    expect([status, json.status]).toEqual([200, "ok"]);
    expect(json.checks.length).toBeGreaterThan(0);
  });

  it.each([
    ["POST /api/auth/register", 400],
    ["POST /api/auth/login", 400],
    ["POST /api/auth/forgot-password", 400],
    ["POST /api/auth/reset-password", 400],
    ["POST /api/bot/auth", 400],
    ["POST /api/bots/register", 400],
  ])("%s looks at the body of anybody", async (line, status) => {
    expect((await anonymous.send(line, { body: {} })).status).toBe(status);
  });

  it("POST /api/bot/auth accepts only the bot's own token", async () => {
    const bot = await aBot(ada);
    const body = { bot_id: bot.id, token: bot.token };
    const good = await anonymous.send("POST /api/bot/auth", { body });
    expect(good.status, good.text).toBe(200);
    expect(differences({ success: true, bot: { id: "string", name: "string", status: "string" } }, good.json)).toEqual(
      [],
    );
    expect(good.text).not.toContain(bot.token);
    for (const wrong of [
      { ...body, token: "mb_wrong" },
      { ...body, bot_id: "another" },
    ])
      expect((await anonymous.send("POST /api/bot/auth", { body: wrong })).status).toBe(401);
  });

  it("POST /api/bots/register lets a bot poll and report status, and nothing else, until it is adopted", async () => {
    const body = { bot_id: unique("wild-"), name: "Wild", status: "online", metadata: { a: 1 } };
    const reply = await anonymous.send("POST /api/bots/register", { body });
    expect(reply.status, reply.text).toBe(200);
    const example = { id: "id", name: "name", status: "online", registered_at: TIME, metadata: {} };
    expect(differences({ status: "ok", bot: example, token: "string" }, reply.json)).toEqual([]);
    const bot = anonymous.bearer(reply.json.token);
    const params = { bot_id: body.bot_id };
    expect((await bot.send("GET /api/bot/{bot_id}/commands", { params })).status).toBe(200);
    expect((await bot.send("POST /api/bot/{bot_id}/status", { params, body: { status: "busy" } })).status).toBe(200);
    for (const line of [
      "POST /api/bot/{bot_id}/logs",
      "POST /api/bot/{bot_id}/messages",
      "POST /api/bot/{bot_id}/sync",
    ])
      await bot.refused(line, "FORBIDDEN", { params, body: { message: "x", groups: [] } });
    // Only staff see it, and nobody can take it over by registering its id.
    await ada.api.refused("GET /api/bot/{bot_id}/info", "NOT_FOUND", { params });
    await anonymous.refused("POST /api/bots/register", "UNAUTHORIZED", { body });
    await ada.api.refused("POST /api/bots/register", "CONFLICT", { body });
    expect((await admin.api.send("GET /api/bot/{bot_id}/info", { params })).json.bot.owner_id).toBeNull();
  });

  it("POST /api/bots/register with a credential creates that user's bot, and the bot can update itself", async () => {
    const body = { bot_id: unique("own-"), name: "Own" };
    const { json } = await ada.api.send("POST /api/bots/register", { body });
    const params = { bot_id: body.bot_id };
    expect((await ada.api.send("GET /api/my-bots/{bot_id}", { params })).json.bot).toMatchObject({
      owner_id: ada.id,
      origin: "registered",
    });
    const again = await anonymous
      .bearer(json.token)
      .send("POST /api/bots/register", { body: { ...body, name: "Renamed", metadata: { v: 2 } } });
    expect(again.json).toMatchObject({ status: "ok", bot: { name: "Renamed", metadata: { v: 2 } } });
    expect(again.json.token).toBeUndefined();
  });
});

describe("the hierarchy", () => {
  it("a regular user reaches only their own profile, bots, commands and data", async () => {
    const bot = await aBot(eve);
    const params = { bot_id: bot.id };
    const { json } = await eve.api.send("POST /api/commands", { body: { bot_id: bot.id, type: "secret" } });
    await bot.api.send("POST /api/bot/{bot_id}/logs", { params, body: { message: "secret" } });
    const message = { message: "secret", author_id: "1", author_name: "a", thread_id: "t", thread_type: "USER" };
    await bot.api.send("POST /api/bot/{bot_id}/messages", { params, body: message });
    for (const line of [
      "GET /api/my-bots",
      "GET /api/bots",
      "GET /api/commands",
      "GET /api/logs",
      "GET /api/messages",
      "GET /api/export/logs",
      "GET /api/export/messages",
    ]) {
      expect((await ada.api.send(line)).text).not.toContain(bot.id);
      expect((await eve.api.send(line)).text).toContain(bot.id);
    }
    await ada.api.refused("GET /api/commands/{command_id}", "NOT_FOUND", { params: { command_id: json.command.id } });
    await ada.api.refused("GET /api/users/{user_id}", "FORBIDDEN", { params: { user_id: String(eve.id) } });
    await ada.api.refused("GET /api/users/{user_id}/bots", "FORBIDDEN", { params: { user_id: String(eve.id) } });
  });

  it("stats are filtered by user; an admin counts the whole server", async () => {
    const fresh = await aUser();
    const bot = await aBot(fresh);
    await fresh.api.send("POST /api/commands", { body: { bot_id: bot.id, type: "x" } });
    const mine = (await fresh.api.send("GET /api/stats/overview")).json;
    expect(mine).toMatchObject({ total_bots: 1, user_bots: 1, total_commands: 1, pending_commands: 1, total_logs: 0 });
    const all = (await admin.api.send("GET /api/stats/overview")).json;
    expect(all.total_commands).toBeGreaterThan(1);
    expect(all.total_users).toBeGreaterThan(2);
  });

  it("only an admin reaches all users, all bots, admin endpoints and search", async () => {
    const bot = await aBot(ada);
    for (const [line, input] of [
      ["GET /api/users", {}],
      ["GET /api/users/search", { query: { q: "user" } }],
      ["GET /api/admin/bots", {}],
      ["GET /api/admin/system", {}],
      ["GET /api/admin/retention", {}],
      ["GET /api/users/{user_id}", { params: { user_id: String(ada.id) } }],
    ] as const) {
      expect((await admin.api.send(line, input)).status, line).toBe(200);
      await eve.api.refused(line, "FORBIDDEN", input);
    }
    expect((await admin.api.send("GET /api/my-bots/{bot_id}", { params: { bot_id: bot.id } })).status).toBe(200);
    // Search for it, because the list is capped and this server has many bots.
    expect((await admin.api.send("GET /api/admin/bots", { query: { search: bot.id } })).json.count).toBe(1);
  });
});

describe("the bot's five steps (Data Flow Diagram)", () => {
  it("work: register, get leased commands once, report, log, sync, ack", async () => {
    const bot = await aBot(ada);
    const params = { bot_id: bot.id };
    const queued = await ada.api.send("POST /api/bot/{bot_id}/cmd", {
      params,
      body: { type: "ping", payload: { n: 1 } },
    });
    expect(queued.json).toMatchObject({ status: "ok", command: { status: "pending", attempts: 0 } });
    const { id } = queued.json.command;
    const poll = async (query = {}) =>
      (await bot.api.send("GET /api/bot/{bot_id}/commands", { params, query })).json.commands;
    expect(await poll({ lease: 4 })).toMatchObject([{ id, attempts: 1, status: "pending", payload: { n: 1 } }]);
    expect(await poll()).toEqual([]);
    // An owner reads the queue without leasing.
    expect((await ada.api.send("GET /api/bot/{bot_id}/commands", { params })).json.count).toBe(1);
    // The lease ends by time, and a waiting long poll notices that.
    expect(await poll({ wait: 30 })).toMatchObject([{ id, attempts: 2 }]);
    const ack = (status: string) =>
      bot.api.send("POST /api/commands/{command_id}/ack", { params: { command_id: id }, body: { status, result: {} } });
    expect((await ack("failed")).status).toBe(200);
    expect((await ack("failed")).status).toBe(200);
    const conflict = await ack("completed");
    expect([conflict.status, conflict.json.details.command.status]).toEqual([409, "failed"]);
    const info = (await ada.api.send("GET /api/bot/{bot_id}/info", { params })).json;
    expect(info).toMatchObject({ online: true, stats: { total_commands: 1, pending_commands: 0, failed_commands: 1 } });
  });

  it("a long poll answers as soon as a command is queued", async () => {
    const bot = await aBot(ada);
    const params = { bot_id: bot.id };
    const waiting = bot.api.send("GET /api/bot/{bot_id}/commands", { params, query: { wait: 20 } });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const { json } = await ada.api.send("POST /api/bot/{bot_id}/restart", { params });
    expect((await waiting).json.commands).toMatchObject([{ id: json.command.id, type: "restart" }]);
  });

  it.each(["header", "X-Bot-Token", "body"])(
    "the token travels by %s, and is never stored from a body",
    async (place) => {
      const bot = await aBot(ada);
      const params = { bot_id: bot.id };
      const api = anonymous.with(
        place === "header"
          ? { authorization: `Bearer ${bot.token}` }
          : place === "X-Bot-Token"
            ? { "x-bot-token": bot.token }
            : {},
      );
      const carried = place === "body" ? { token: bot.token } : {};
      for (const [line, body] of [
        ["POST /api/bot/{bot_id}/status", { status: "online", data: {} }],
        ["POST /api/bot/{bot_id}/logs", { message: "x" }],
        ["POST /api/bot/{bot_id}/sync", { metadata: { a: 1 } }],
      ] as const) {
        const reply = await api.send(line, { params, body: { ...body, ...carried } });
        expect(reply.status, `${line}: ${reply.text}`).toBe(200);
      }
      expect((await ada.api.send("GET /api/export/bot-data/{bot_id}", { params })).text).not.toContain(bot.token);
    },
  );
});
