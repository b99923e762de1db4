/**
 * Document 004, every endpoint: with a token, and in open mode on a separate server. Texts are compared exactly. Finally a bot
 * written against the document alone runs unmodified on both.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as bs from "@/lib/edge/compat/bot-server/contract";
import { Api, type Json } from "../api";
import { aBot, anApiKey, aUser, type TestUser, unique } from "../factories";
import { API_TOKEN, removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";
import { theServer } from "../the-server";

const folder = temporaryFolder();
let openServer: ServerProcess;
let owner: TestUser;
let key: { secret: string; api: Api };
beforeAll(async () => {
  openServer = await startServer({ DATA_DIR: join(folder, "data"), OPEN_BOT_API: "true" });
  owner = await aUser();
  key = await anApiKey(owner, "operate");
});
afterAll(async () => {
  expect(await openServer.stop()).toBe(0);
  removeFolder(folder);
});

const ENDPOINTS = [
  "GET /health",
  "POST /register",
  "POST /command",
  "GET /commands/{bot_id}",
  "POST /commands/{bot_id}/clear",
  "GET /bots",
  "DELETE /bots/{bot_id}",
];
const WITH_BODY = ["POST /register", "POST /command"];
const record = (bot_id: string) => ({ bot_id, name: "My First Bot", version: "1.0.0", status: "active" });

async function said(api: Api, line: string, status: number, message: string, input: Parameters<Api["send"]>[1] = {}) {
  const answer = await api.send(line, input);
  expect([line, answer.status, answer.json]).toEqual([line, status, { status: "error", message }]);
}
const names = (json: Json) => json.commands.map((one: Json) => one.command);

describe.each(["with a token", "in open mode"])("%s", (mode) => {
  let api: Api;
  beforeAll(() => {
    api = mode === "in open mode" ? new Api(openServer.url) : key.api;
  });
  const registered = async () => {
    const bot_id = unique("my_bot_");
    await api.call(bs.registerOpenBot, { body: record(bot_id) });
    return bot_id;
  };
  const send = (bot_id: string, command: string, params?: object) =>
    api.call(bs.sendOpenCommand, { body: { bot_id, command, ...(params && { params }) } });
  const shown = (bot_id: string) => api.call(bs.fetchOpenCommands, { params: { bot_id } });
  const clear = (bot_id: string) => api.call(bs.clearOpenCommands, { params: { bot_id } });

  it("reports that it is healthy and the number of bots", async () => {
    const before = await api.call(bs.getBotServerHealth);
    await registered();
    const { registered_bots } = await api.call(bs.getBotServerHealth);
    expect([before.status, registered_bots]).toEqual(["healthy", before.registered_bots + 1]);
  });

  it("registers a bot and lists what it sent", async () => {
    const bot_id = unique("my_bot_");
    const answer = await api.call(bs.registerOpenBot, { body: { ...record(bot_id), region: "eu" } });
    expect(answer).toMatchObject({ status: "success", message: `Bot ${bot_id} registered successfully` });
    const list = await api.call(bs.listOpenBots);
    expect(list.total_count).toBe(list.bots.length);
    expect(list.bots.find((bot) => bot.bot_id === bot_id)).toMatchObject({ ...record(bot_id), pending_commands: 0 });
  });

  it("omits fields that were not sent; registering again replaces the record and keeps the queue", async () => {
    const bot_id = await registered();
    await send(bot_id, "stay");
    await api.call(bs.registerOpenBot, { body: { bot_id } });
    const { bots } = await api.call(bs.listOpenBots);
    const mine = bots.find((bot) => bot.bot_id === bot_id)!;
    expect([mine.name, mine.version, mine.status, mine.pending_commands]).toEqual([undefined, undefined, undefined, 1]);
    expect(names(await shown(bot_id))).toEqual(["stay"]);
  });

  it("queues commands in order, shows them until they are cleared, and omits params that were not sent", async () => {
    const bot_id = await registered();
    const answer = await send(bot_id, "start_monitoring", { interval: 30, target: "cpu_usage" });
    expect(answer).toEqual({
      status: "success",
      message: `Command sent to bot ${bot_id}`,
      command: "start_monitoring",
    });
    await send(bot_id, "ping");
    for (let times = 0; times < 2; times++) {
      const { commands } = await shown(bot_id);
      expect(commands).toEqual([
        {
          command: "start_monitoring",
          timestamp: expect.any(String),
          status: "pending",
          params: { interval: 30, target: "cpu_usage" },
        },
        { command: "ping", timestamp: expect.any(String), status: "pending" },
      ]);
    }
    expect(await clear(bot_id)).toEqual({
      status: "success",
      message: `Cleared 2 commands for bot ${bot_id}`,
      cleared_count: 2,
    });
    expect((await shown(bot_id)).commands).toEqual([]);
    expect((await clear(bot_id)).cleared_count).toBe(0);
  });

  it("does not lose a command that arrives between a GET and its clear, even after an empty GET", async () => {
    const bot_id = await registered();
    await shown(bot_id);
    await send(bot_id, "first");
    expect((await clear(bot_id)).cleared_count).toBe(0);
    expect(names(await shown(bot_id))).toEqual(["first"]);
    await send(bot_id, "second");
    expect((await clear(bot_id)).cleared_count).toBe(1);
    expect(names(await shown(bot_id))).toEqual(["second"]);
  });

  it("clears everything pending when no GET came since the last clear", async () => {
    const bot_id = await registered();
    await send(bot_id, "unseen");
    await send(bot_id, "unseen too");
    expect((await clear(bot_id)).cleared_count).toBe(2);
  });

  it("unregisters", async () => {
    const bot_id = await registered();
    const params = { bot_id };
    const answer = await api.call(bs.unregisterOpenBot, { params });
    expect(answer.message).toBe(`Bot ${bot_id} unregistered successfully`);
    await said(api, "DELETE /bots/{bot_id}", 404, `Bot ${bot_id} is not registered`, { params });
    expect((await api.call(bs.listOpenBots)).bots.map((bot) => bot.bot_id)).not.toContain(bot_id);
  });

  it("refuses with the document's messages", async () => {
    for (const line of WITH_BODY)
      for (const body of [undefined, "{", "null", "[]", "{}", '"x"'])
        await said(api, line, 400, "No JSON data provided", { body });
    await said(api, "POST /register", 400, "Missing required field: bot_id", { body: { name: "x" } });
    await said(api, "POST /command", 400, "Missing required field: bot_id", { body: { params: {} } });
    await said(api, "POST /command", 400, "Missing required field: command", { body: { bot_id: "x" } });
    for (const empty of ["", "  ", null])
      await said(api, "POST /register", 400, "Field 'bot_id' cannot be empty", { body: { bot_id: empty } });
    await said(
      api,
      "POST /register",
      400,
      "Field 'name' must have at least one visible character, such as a letter or a digit",
      {
        body: { bot_id: "x", name: "\u200b\u3164" },
      },
    );
    await said(api, "POST /command", 400, "Field 'command' cannot be empty", { body: { bot_id: "x", command: "" } });
    await said(api, "POST /command", 400, "Field 'bot_id' must be a string", { body: { bot_id: 5, command: "x" } });
    await said(api, "POST /command", 400, "Field 'params' must be an object", {
      body: { bot_id: "x", command: "x", params: [1] },
    });
    const params = { bot_id: "nobody" };
    const missing = "Bot nobody is not registered";
    await said(api, "POST /command", 404, missing, { body: { bot_id: "nobody", command: "x" } });
    await said(api, "GET /commands/{bot_id}", 404, missing, { params });
    await said(api, "POST /commands/{bot_id}/clear", 404, missing, { params });
    expect((await api.send("GET /register")).status).toBe(405);
    const big = await api.send("POST /register", { body: { bot_id: "x", big: "x".repeat(300_000) } });
    expect([big.status, big.json.status]).toEqual([413, "error"]);
  });

  it.each([false, true])(
    "runs a bot written against the document alone (a command between polls: %s)",
    async (slow) => {
      const bot_id = unique("py_");
      const base = mode === "in open mode" ? openServer.url : theServer().url;
      const bot = spawn(process.env.PYTHON ?? "python3", [
        join(import.meta.dirname, "004_bot.py"),
        base,
        bot_id,
        ...(mode === "in open mode" ? [] : [key.secret]),
      ]);
      const output = watch(bot);
      await output.line("registered");
      await send(bot_id, "start_monitoring", { interval: 30 });
      if (slow) await output.line("cleared 1");
      await send(bot_id, "ping");
      await output.line('executed start_monitoring {"interval": 30}');
      await output.line("executed ping {}");
      while ((await shown(bot_id)).commands.length > 0) await new Promise((resolve) => setTimeout(resolve, 100));
      bot.kill("SIGTERM");
      expect((await once(bot, "exit"))[0]).toBe(0);
      expect(output.text().match(/executed/g)).toHaveLength(2);
      await output.line(`Bot ${bot_id} unregistered successfully`);
      expect((await api.call(bs.listOpenBots)).bots.map((one) => one.bot_id)).not.toContain(bot_id);
    },
  );
});

/** Collects the output of a program and can wait for a line. */
function watch(child: ChildProcess) {
  let text = "";
  child.stdout!.setEncoding("utf8").on("data", (chunk) => (text += chunk));
  child.stderr!.setEncoding("utf8").on("data", (chunk) => (text += chunk));
  return {
    text: () => text,
    async line(wanted: string) {
      for (let tries = 0; !text.split("\n").includes(wanted); tries++) {
        if (tries > 800) throw new Error(`The bot never printed "${wanted}":\n${text}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  };
}

it("answers GET /health without a credential and counts no closed bots for it", async () => {
  await key.api.call(bs.registerOpenBot, { body: { bot_id: unique("closed_") } });
  const health = await new Api().call(bs.getBotServerHealth);
  expect([health.status, health.registered_bots]).toEqual(["healthy", 0]);
  expect((await new Api().bearer("nonsense").send("GET /health")).status).toBe(401);
});

it("asks for a credential by default and explains how to get one", async () => {
  for (const line of ENDPOINTS.filter((line) => line !== "GET /health")) {
    const { status, json } = await new Api().send(line, {
      params: { bot_id: "x" },
      body: WITH_BODY.includes(line) ? { bot_id: "x", command: "x" } : undefined,
    });
    expect([line, status, json.status]).toEqual([line, 401, "error"]);
    expect(json.message).toMatch(/API key/);
    const wrong = await new Api().bearer("nonsense").send(line, { params: { bot_id: "x" } });
    expect([wrong.status, wrong.json.status]).toEqual([401, "error"]);
  }
});

it("refuses bots of other users", async () => {
  const bot_id = unique("mine_");
  await key.api.call(bs.registerOpenBot, { body: { bot_id } });
  const stranger = (await anApiKey(await aUser(), "operate")).api;
  const gone = `Bot ${bot_id} is not registered`;
  await said(stranger, "GET /commands/{bot_id}", 404, gone, { params: { bot_id } });
  await said(stranger, "POST /command", 404, gone, { body: { bot_id, command: "x" } });
  await said(stranger, "DELETE /bots/{bot_id}", 404, gone, { params: { bot_id } });
  await said(stranger, "POST /register", 409, "This bot_id is taken; choose another", { body: { bot_id } });
  expect((await stranger.call(bs.listOpenBots)).bots).toEqual([]);
  const readOnly = (await anApiKey(owner, "read")).api;
  expect((await readOnly.send("POST /command", { body: { bot_id, command: "x" } })).status).toBe(403);
});

it("lets a bot's token poll and clear but not send; unregistering keeps the bot for its owner", async () => {
  const bot = await aBot(owner);
  const params = { bot_id: bot.id };
  await key.api.call(bs.sendOpenCommand, { body: { bot_id: bot.id, command: "x" } });
  expect(names(await bot.api.call(bs.fetchOpenCommands, { params }))).toEqual(["x"]);
  expect((await bot.api.send("POST /command", { body: { bot_id: bot.id, command: "x" } })).status).toBe(403);
  expect((await bot.api.call(bs.clearOpenCommands, { params })).cleared_count).toBe(1);
  await bot.api.call(bs.unregisterOpenBot, { params });
  const { json } = await owner.api.send("GET /api/bot/{bot_id}/status", { params });
  expect(json.status).toBe("offline");
});

it("a person who reads the queue in the console does not change what the bot's clear completes", async () => {
  const bot_id = unique("looked_at_");
  await key.api.call(bs.registerOpenBot, { body: { bot_id } });
  const params = { bot_id };
  await key.api.call(bs.sendOpenCommand, { body: { bot_id, command: "one" } });
  await key.api.call(bs.fetchOpenCommands, { params });
  await key.api.call(bs.sendOpenCommand, { body: { bot_id, command: "two" } });
  const looked = await owner.api.call(bs.fetchOpenCommands, { params });
  expect(names(looked)).toEqual(["one", "two"]);
  expect((await key.api.call(bs.clearOpenCommands, { params })).cleared_count).toBe(1);
});

it("open mode reaches only bots that registered through it, and is announced at the start and to admins", async () => {
  const admin = new Api(openServer.url).bearer(API_TOKEN);
  const anonymous = new Api(openServer.url);
  const { json } = await admin.send("POST /api/my-bots", { body: { name: "Private" } });
  const missing = `Bot ${json.bot_id} is not registered`;
  await said(anonymous, "GET /commands/{bot_id}", 404, missing, { params: { bot_id: json.bot_id } });
  await said(anonymous, "POST /command", 404, missing, { body: { bot_id: json.bot_id, command: "x" } });
  await said(anonymous, "DELETE /bots/{bot_id}", 404, missing, { params: { bot_id: json.bot_id } });
  expect((await anonymous.send("POST /register", { body: { bot_id: json.bot_id } })).status).toBe(401);
  expect((await anonymous.send("GET /bots")).text).not.toContain(json.bot_id);
  expect((await anonymous.send("GET /api/bots")).status).toBe(401);
  expect(openServer.log()).toContain("OPEN_BOT_API is on");
  expect(openServer.log()).not.toContain("Programs of document 004");
  expect((await admin.send("GET /api/admin/system")).json.open_bot_api).toBe(true);
});
