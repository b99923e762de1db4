/**
 * Cogs of document 003 and plugins of document 002: one registry, over HTTP, on a separate server with its own folders.
 * lib/operations/plugins/service.test.ts covers plugins that misbehave.
 */
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getPlugin, getPluginLog, listPlugins, togglePlugin } from "@/lib/operations/plugins/contract";
import { listCogs, loadCog } from "@/lib/operations/plugins/contract.cogs";
import { Api } from "../api";
import { databases, type TestDatabase } from "../db/databases";
import { eventually } from "../eventually";
import { aUser, signIn, type TestUser } from "../factories";
import { ADMIN, removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";
import { discordWebhook } from "../standins/discord-webhook";

let folder: string;
let database: TestDatabase;
let server: ServerProcess;
let admin: TestUser;

const plugin = (name: string, code: string, over: Record<string, unknown> = {}) => {
  mkdirSync(join(folder, "plugins", name), { recursive: true });
  const about = { name, version: "1.0.0", description: "A test.", author: "Developer", hooks: ["message"] };
  writeFileSync(join(folder, "plugins", name, "plugin.json"), JSON.stringify({ ...about, ...over }));
  writeFileSync(join(folder, "plugins", name, "index.mjs"), code);
};
const start = () =>
  startServer({
    DATA_DIR: join(folder, "data"),
    DATABASE_URL: database.url,
    PLUGINS_DIR: join(folder, "plugins"),
    OUTBOUND_ALLOW_CIDRS: "127.0.0.0/8",
  });

beforeAll(async () => {
  folder = temporaryFolder();
  database = await databases.at(-1)!.open();
  plugin("General", "export const message = ({ message }, ctx) => ctx.log('heard', message.message);");
  plugin("Moderation", "export const message = () => {};", { description: "Keeps order", version: "2.1.0" });
  plugin("Broken", "export const message = () => {");
  server = await start();
  admin = await signIn(ADMIN.username, ADMIN.password, server.url);
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  await database.close();
  removeFolder(folder);
});

const cog = async (verb: string, cog_name: string) => admin.api.send(`POST /api/cogs/${verb}`, { body: { cog_name } });
const loaded = async () =>
  Object.fromEntries((await admin.api.call(listCogs)).cogs.map((one) => [one.name, one.loaded]));
const log = async (name: string) => {
  const { lines } = await admin.api.call(getPluginLog, { params: { name } });
  return lines.map((line) => line.message);
};
const says = (name: string, text: string | RegExp) =>
  eventually(async () => expect((await log(name)).join("\n")).toMatch(text));
const aBotOf = async (owner: TestUser) => {
  const { json } = await owner.api.send("POST /api/my-bots", { body: { name: "Greeter" } });
  return { id: json.bot_id as string, api: new Api(server.url).bearer(json.token) };
};
const hears = (bot: { id: string; api: Api }, message: string) =>
  bot.api.send("POST /api/bot/{bot_id}/messages", {
    params: { bot_id: bot.id },
    body: { message, author_id: "7", author_name: "Ann", thread_id: "42", thread_type: "GROUP" },
  });

describe("document 003: cogs", () => {
  it("are listed, loaded, given messages, reloaded and unloaded without a restart", async () => {
    expect(await loaded()).toMatchObject({ General: false, Moderation: false, auto_reply: false });
    const answer = await cog("load", "General");
    expect(answer.status, answer.text).toBe(200);
    expect(loadCog.response.parse(answer.json)).toEqual({
      success: true,
      message: "Cog General loaded",
      cog: { name: "General", loaded: true },
    });
    expect(await loaded()).toMatchObject({ General: true, Moderation: false });
    const bot = await aBotOf(admin);
    await hears(bot, "good day");
    await says("General", /heard good day/);

    plugin("General", "export const message = ({ message }, ctx) => ctx.log('heard anew', message.message);");
    expect((await cog("reload", "General")).json).toMatchObject({ success: true, cog: { loaded: true } });
    await hears(bot, "again");
    await says("General", /heard anew again/);

    expect((await cog("unload", "General")).json).toMatchObject({ success: true, cog: { loaded: false } });
    expect(await loaded()).toMatchObject({ General: false });
  });

  it("return an error that names a missing, broken or unloaded cog", async () => {
    for (const verb of ["load", "unload", "reload"]) {
      const { status, json } = await cog(verb, "Nothing");
      expect([status, json.code, json.error]).toEqual([404, "NOT_FOUND", expect.stringContaining("Nothing")]);
    }
    const broken = await cog("load", "Broken");
    expect([broken.status, broken.json]).toMatchObject([
      409,
      { code: "CONFLICT", error: expect.stringMatching(/SyntaxError/) },
    ]);
    expect((await cog("reload", "Moderation")).status).toBe(409);
    expect(await loaded()).toMatchObject({ Broken: false, Moderation: false });
  });
});

describe("document 002: plugins", () => {
  it("are the same ones, with the documented fields", async () => {
    const { plugins, count } = await admin.api.call(listPlugins);
    expect(count).toBe(plugins.length);
    expect(plugins.find((one) => one.name === "Moderation")).toMatchObject({
      name: "Moderation",
      version: "2.1.0",
      enabled: false,
      description: "Keeps order",
      author: "Developer",
      hooks: ["message"],
    });
  });

  it("are toggled with the documented messages", async () => {
    const params = { name: "Moderation" };
    const toggle = (enabled: boolean) => admin.api.call(togglePlugin, { params, body: { enabled } });
    expect(await toggle(true)).toEqual({ success: true, message: "Plugin enabled successfully" });
    expect(await toggle(true)).toEqual({ success: true, message: "Plugin enabled successfully" });
    expect(await loaded()).toMatchObject({ Moderation: true });
    expect(await toggle(false)).toEqual({ success: true, message: "Plugin disabled successfully" });
  });

  it("refuse in document 002's envelope", async () => {
    const missing = await admin.api.send("POST /api/plugins/{name}/toggle", {
      params: { name: "nothing" },
      body: { enabled: true },
    });
    expect([missing.status, missing.json]).toEqual([
      404,
      { error: { code: "NOT_FOUND", message: "There is no plugin nothing", details: { name: "nothing" } } },
    ]);
    const bad = await admin.api.send("POST /api/plugins/{name}/toggle", {
      params: { name: "General" },
      body: { enabled: "yes" },
    });
    expect([bad.status, bad.json.error]).toMatchObject([400, { code: "INVALID_INPUT", details: { field: "enabled" } }]);
    const anonymous = await new Api(server.url).send("GET /api/plugins");
    expect([anonymous.status, anonymous.json.error.code]).toEqual([401, "UNAUTHORIZED"]);
    const user = await aUser("user", server.url);
    const refused = await user.api.send("GET /api/plugins");
    expect([refused.status, refused.json.error.code]).toEqual([403, "FORBIDDEN"]);
  });

  it("appear and disappear with their folders", async () => {
    plugin("latecomer", "export const message = () => {};");
    const names = async () =>
      (await admin.api.send("POST /api/plugins/rescan")).json.plugins.map((one: { name: string }) => one.name);
    expect(await names()).toContain("latecomer");
    await cog("load", "latecomer");
    rmSync(join(folder, "plugins", "latecomer"), { recursive: true });
    expect(await names()).not.toContain("latecomer");
    expect((await cog("load", "latecomer")).status).toBe(404);
  });

  it("keep their state, settings and log over a restart of the server", async () => {
    cpSync(join("plugins", "ticket_greeter"), join(folder, "plugins", "greeter2"), { recursive: true });
    const manifest = {
      name: "greeter2",
      hooks: ["ticket_opened"],
      permissions: ["tickets:reply"],
      settings: { type: "object", properties: { greeting: { type: "string" } } },
    };
    writeFileSync(
      join(folder, "plugins", "greeter2", "plugin.json"),
      JSON.stringify({ version: "1.0.0", description: "d", author: "a", ...manifest }),
    );
    const params = { name: "greeter2" };
    const settings = { greeting: "Kept" };
    expect((await cog("load", "greeter2")).status).toBe(200);
    expect((await admin.api.send("PUT /api/plugins/{name}/settings", { params, body: { settings } })).status).toBe(200);
    expect(await server.stop()).toBe(0);
    server = await start();
    admin = await signIn(ADMIN.username, ADMIN.password, server.url);
    await eventually(async () => {
      const { plugin: one } = await admin.api.call(getPlugin, { params });
      expect(one).toMatchObject({ enabled: true, state: "running", settings });
    });
    expect((await log("greeter2")).join("\n")).toMatch(/Started version 1\.0\.0/);
    await cog("unload", "greeter2");
  });
});

it("a looping plugin ends when the server is killed", async () => {
  plugin(
    "looper",
    "export const start = (ctx) => ctx.log('pid', process.pid); export const message = () => { for (;;); };",
  );
  await cog("load", "looper");
  await says("looper", /pid \d+/);
  const pid = Number(/pid (\d+)/.exec((await log("looper")).join("\n"))![1]);
  await hears(await aBotOf(admin), "hello");
  await server.kill();
  await eventually(() => expect(() => process.kill(pid, 0)).toThrow("ESRCH"));
  server = await start();
  admin = await signIn(ADMIN.username, ADMIN.password, server.url);
  expect(await loaded()).toMatchObject({ looper: true });
  await cog("unload", "looper");
});

describe("the plugins that come with Muster, from end to end", () => {
  it("auto_reply queues one answer for the bot that saw the keyword", async () => {
    const params = { name: "auto_reply" };
    const settings = { rules: ["hello => Hi {author}"] };
    await admin.api.send("PUT /api/plugins/{name}/settings", { params, body: { settings } });
    await cog("load", "auto_reply");
    const owner = await aUser("user", server.url);
    const bot = await aBotOf(owner);
    await hears(bot, "hello there");
    await says("auto_reply", /Answered "hello" in 42/);
    const { json } = await bot.api.send("GET /api/bot/{bot_id}/commands", { params: { bot_id: bot.id } });
    expect(json.commands).toMatchObject([
      { type: "send_message", payload: { thread_id: "42", thread_type: "GROUP", message: "Hi Ann" }, created_by: null },
    ]);
    await cog("unload", "auto_reply");
  });

  it("log_alarm raises an alert for the staff under its own name", async () => {
    await admin.api.send("PUT /api/plugins/{name}/settings", {
      ...{ params: { name: "log_alarm" }, body: { settings: { alarms: ["kernel panic => critical"] } } },
    });
    await cog("load", "log_alarm");
    const bot = await aBotOf(await aUser("user", server.url));
    const body = { type: "error", message: "Kernel panic in shard 3" };
    await bot.api.send("POST /api/bot/{bot_id}/logs", { params: { bot_id: bot.id }, body });
    const message = `${bot.id} logged: Kernel panic in shard 3`;
    await eventually(async () => {
      const { json } = await admin.api.send("GET /api/alerts", { query: { state: "firing" } });
      expect(json.alerts).toContainEqual(
        expect.objectContaining({ message, level: "critical", source: "plugin", source_name: "log_alarm" }),
      );
    });
    await says("log_alarm", /Raised a critical alert/);
    await cog("unload", "log_alarm");
  });

  it("ticket_greeter answers a new ticket", async () => {
    const params = { name: "ticket_greeter" };
    await admin.api.send("PUT /api/plugins/{name}/settings", {
      params,
      body: { settings: { greeting: "Welcome {user}" } },
    });
    await cog("load", "ticket_greeter");
    const user = await aUser("user", server.url);
    const opened = await user.api.send("POST /api/tickets", {
      body: { type: "Support", subject: "Lost key", description: "I lost my key yesterday." },
    });
    expect(opened.status, opened.text).toBe(201);
    await says("ticket_greeter", /Greeted ticket/);
    const { json } = await user.api.send("GET /api/tickets/{ticket_id}/messages", {
      params: { ticket_id: opened.json.ticket_id },
    });
    expect(json.messages.map((one: { content: string }) => one.content).join("\n")).toContain(
      `Welcome ${user.username}`,
    );
    await cog("unload", "ticket_greeter");
  });

  it("discord_webhook posts a failed command, and its address is encrypted and never shown", async () => {
    const discord = await discordWebhook();
    const params = { name: "discord_webhook" };
    const early = await admin.api.send("POST /api/plugins/{name}/toggle", { params, body: { enabled: true } });
    expect([early.status, early.json.error]).toMatchObject([400, { details: { field: "settings.webhook_url" } }]);
    const put = await admin.api.send("PUT /api/plugins/{name}/settings", {
      params,
      body: { settings: { webhook_url: discord.url } },
    });
    expect(put.json.plugin.secrets).toEqual({ webhook_url: true });
    expect((await cog("load", "discord_webhook")).status).toBe(200);
    const bot = await aBotOf(admin);
    const { json } = await admin.api.send("POST /api/commands", { body: { bot_id: bot.id, type: "sweep" } });
    await bot.api.send("POST /api/commands/{command_id}/ack", {
      params: { command_id: json.command.id },
      body: { status: "failed", result: { error: "no broom" } },
    });
    await eventually(() => expect(discord.embeds()).toMatchObject([{ title: "Command sweep failed" }]));
    for (const line of ["GET /api/plugins", "GET /api/plugins/{name}", "GET /api/plugins/{name}/log"])
      expect((await admin.api.send(line, { params })).text).not.toContain("token-of-the-tests");
    await cog("unload", "discord_webhook");
    await discord.close();
  });
});
