/** Document 000 "Socket.IO Events" and 001 "Command Lifecycle", over both transports, against the document's examples. */
import { beforeAll, describe, expect, it } from "vitest";
import { MessageLog, ServerEvent, type ServerEventName } from "@/lib/edge/realtime/contract";
import { ada, bot, params, quiet, renewBot } from "../events";
import { aBot } from "../factories";
import { differences } from "../shape";
import { connected, TRANSPORTS } from "../sockets";

const TIME = "ISO timestamp";

const DOCUMENTED: Partial<Record<ServerEventName, unknown>> = {
  connection_established: { status: "connected", client_id: "string", timestamp: TIME },
  new_log: { type: "string", message: "string", timestamp: TIME, metadata: {}, bot_id: "string" },
  new_message: {
    bot_id: "string",
    message: "string",
    author_id: "string",
    author_name: "string",
    thread_id: "string",
    thread_type: "string",
    timestamp: TIME,
  },
  bot_update: { action: "register/status_update", bot_id: "string", status: "string", data: {} },
  new_command: { id: "cmd_id", bot_id: "bot_id", type: "string", payload: {}, status: "pending", created_at: TIME },
  command_update: { id: "cmd_id", status: "pending/completed/failed", result: {}, completed_at: TIME },
  message_sent: { status: "queued/error", command_id: "string", timestamp: TIME },
  bot_data_sync: { bot_id: "string", data: {} },
};

const check = (name: ServerEventName, data: unknown) => {
  expect(differences(DOCUMENTED[name], data)).toEqual([]);
  ServerEvent[name].parse(data);
};

describe.each(TRANSPORTS)("by %s alone", (transport) => {
  beforeAll(async () => {
    await renewBot();
  });
  const watch = () => connected({ token: ada.jwt, transport });

  it("greets only the new socket", async () => {
    const first = await watch();
    const second = await watch();
    check("connection_established", await second.event("connection_established"));
    await second.event("connected");
    await quiet();
    expect(first.names().filter((name) => name.startsWith("connect"))).toHaveLength(2);
  });

  it("new_log, new_message, bot_data_sync", async () => {
    const page = await watch();
    await bot.api.send("POST /api/bot/{bot_id}/logs", {
      params: params(),
      body: [{ message: "one" }, { message: "two" }],
    });
    const body = { message: "hi", author_id: "7", author_name: "Bob", thread_id: "42", thread_type: "GROUP" };
    await bot.api.send("POST /api/bot/{bot_id}/messages", { params: params(), body });
    await bot.api.send("POST /api/bot/{bot_id}/sync", { params: params(), body: { groups: [1], friends: [] } });
    check("new_log", await page.event("new_log", ({ message }) => message === "two"));
    const message = await page.event("new_message");
    check("new_message", message);
    expect(message).toMatchObject({ ...body, bot_id: bot.id });
    const synced = await page.event("bot_data_sync");
    check("bot_data_sync", synced);
    expect(synced).toMatchObject({ bot_id: bot.id, data: { groups: [1], friends: [] } });
    const logs = page.heard.filter(([name]) => name === "new_log").map(([, log]) => log);
    expect(logs.map((log) => log.message)).toEqual(["one", "two", "hi"]);
    // The first manager page of document 000 shows chat messages, and listens to this event alone.
    expect(MessageLog.strict().parse(logs[2])).toMatchObject({ bot_id: bot.id, timestamp: message.timestamp });
  });

  it("sends bot_update when a bot joins, reports, changes and is deleted", async () => {
    const page = await watch();
    const other = await aBot(ada, { name: "Passing" });
    const about = (action: string) =>
      page.event("bot_update", (data) => data.bot_id === other.id && data.action === action);
    check("bot_update", await about("register"));
    const body = { status: "busy", data: { guilds: 3 } };
    await other.api.send("POST /api/bot/{bot_id}/status", { params: { bot_id: other.id }, body });
    const update = await page.event("bot_update", (data) => data.bot_id === other.id && data.status === "busy");
    check("bot_update", update);
    expect(update).toMatchObject({
      action: "status_update",
      data: { guilds: 3 },
      bot: { id: other.id, status: "busy" },
    });
    await ada.api.send("PUT /api/my-bots/{bot_id}", { params: { bot_id: other.id }, body: { name: "Renamed" } });
    expect(await about("update")).toMatchObject({ bot: { name: "Renamed" } });
    await ada.api.send("DELETE /api/my-bots/{bot_id}", { params: { bot_id: other.id } });
    await about("delete");
  });

  it("sends bot_update when a silent bot goes offline", async () => {
    const page = await watch();
    const other = await aBot(ada, { name: "Silent" });
    const body = { status: "online" };
    await other.api.send("POST /api/bot/{bot_id}/status", { params: { bot_id: other.id }, body });
    const gone = await page.event(
      "bot_update",
      (data) => data.bot_id === other.id && data.status === "offline" && data.action === "status_update",
    );
    check("bot_update", gone);
  });

  it("follows the command lifecycle of 001: queued, pushed, acknowledged, shown to the page", async () => {
    const page = await watch();
    const process = await connected({ token: bot.token, transport });
    const sent = await ada.api.send("POST /api/bot/{bot_id}/cmd", { params: params(), body: { type: "ping" } });
    const { id } = sent.json.command;
    const pushed = await process.event("new_command", (data) => data.id === id);
    check("new_command", pushed);
    expect(pushed).toMatchObject({ attempts: 1, lease_expires_at: expect.any(String) });
    check("new_command", await page.event("new_command", (data) => data.id === id));
    const body = { status: "completed", result: { pong: 1 } };
    await bot.api.send("POST /api/commands/{command_id}/ack", { params: { command_id: id }, body });
    const update = await page.event("command_update", (data) => data.id === id && data.status === "completed");
    check("command_update", update);
    expect(update.result).toEqual({ pong: 1 });
  });

  it("send_message queues a command, and message_sent goes to the sender alone", async () => {
    const page = await watch();
    const other = await watch();
    const message = { bot_id: bot.id, thread_id: "42", thread_type: "GROUP", message: "hi" };
    page.client.emit("send_message", {
      ...message,
      thread_type: "ThreadType.GROUP",
      attachments: [{ url: "x" }],
      metadata: { a: 1 },
    });
    const sent = await page.event("message_sent");
    check("message_sent", sent);
    const { json } = await ada.api.send("GET /api/commands/{command_id}", { params: { command_id: sent.command_id } });
    expect(json.command).toMatchObject({
      type: "send_message",
      bot_id: bot.id,
      payload: {
        thread_id: "42",
        thread_type: "GROUP",
        message: "hi",
        attachments: [{ url: "x" }],
        metadata: { a: 1 },
      },
    });
    await quiet();
    expect(other.names()).not.toContain("message_sent");
  });

  it.each([
    ["another's bot", () => ({ bot_id: "bot_nobody", thread_id: "1", thread_type: "USER", message: "x" })],
    ["an unknown thread type", () => ({ bot_id: bot.id, thread_id: "1", thread_type: "ROOM", message: "x" })],
    ["nothing", () => undefined],
    [
      "attachments larger than a payload may be",
      () => ({ bot_id: bot.id, thread_id: "1", thread_type: "USER", message: "x", attachments: ["x".repeat(70_000)] }),
    ],
    [
      "attachments nested without end",
      () => ({
        bot_id: bot.id,
        thread_id: "1",
        thread_type: "USER",
        message: "x",
        attachments: JSON.parse("[".repeat(1_000) + "]".repeat(1_000)),
      }),
    ],
  ])("send_message of %s is message_sent with status error", async (_name, message) => {
    const page = await watch();
    page.client.emit("send_message", message());
    const sent = await page.event("message_sent");
    check("message_sent", sent);
    expect(sent).toMatchObject({ status: "error", error: expect.any(String) });
    expect(page.client.connected).toBe(true);
  });

  it("a bot can do by socket whatever it does by HTTP, answered by callback", async () => {
    const page = await watch();
    const process = await connected({ token: bot.token, transport });
    const ask = (event: string, data: unknown) => process.client.timeout(150_000).emitWithAck(event, data);
    expect(await ask("log", [{ message: "a" }, { message: "b" }])).toEqual({ status: "ok", received: 2 });
    expect(await ask("message", { message: "m", author_id: 1, thread_id: 2 })).toEqual({ status: "ok" });
    expect(await ask("sync", { metadata: { v: 2 } })).toEqual({ status: "ok" });
    expect(await ask("metrics", { metrics: { cpu: 0.5 } })).toEqual({ status: "ok", received: 1 });
    expect(await ask("status", { status: "busy" })).toMatchObject({ status: "ok", bot: { status: "busy" } });
    const { json } = await ada.api.send("POST /api/bot/{bot_id}/send-command", {
      params: params(),
      body: { type: "x" },
    });
    const ack = { command_id: json.command.id, status: "failed", result: { why: "no" } };
    expect(await ask("ack", ack)).toMatchObject({ status: "ok", command: { status: "failed", result: { why: "no" } } });
    expect(await ask("ack", { ...ack, status: "completed" })).toMatchObject({ code: "CONFLICT" });
    expect(await ask("log", { type: "info" })).toMatchObject({ code: "INVALID_INPUT", details: { field: "message" } });
    await page.event("new_log", (log) => log.message === "b");
  });
});
