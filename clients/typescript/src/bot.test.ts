/** The client with a small stand-in that answers as the server does, by socket and HTTP. */
import { createServer, type Server as HttpServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "socket.io";
import { afterEach, expect, test, vi } from "vitest";
import { eventually } from "@/tests/eventually";
import { type Command, MusterBot } from "./index";

type Call = { how: "http" | "socket"; path: string; body: Record<string, unknown> | Record<string, unknown>[] };

const command = (id: string, type = "ping"): Command => ({
  id,
  bot_id: "b1",
  type,
  payload: {},
  status: "pending",
  result: null,
  created_at: "2026-01-01T00:00:00.000Z",
  completed_at: null,
  dispatched_at: "2026-01-01T00:00:00.000Z",
  attempts: 1,
  lease_expires_at: "2026-01-01T00:05:00.000Z",
  created_by: 1,
  reason: null,
});

/** Waits for a condition as long as a busy machine may need. */

let ending: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of ending.reverse()) await end();
  ending = [];
});

async function standIn({ sockets = true }: { sockets?: boolean } = {}) {
  const calls: Call[] = [];
  /** Status codes to answer the next HTTP calls or socket events with, by path ending. */
  const refusals: { path: string; status: number; code: string }[] = [];
  const queue: Command[] = [];
  /** The bodies of HTTP answers by path. */
  const answers: Record<string, object> = {};
  const refusal = (path: string) => {
    const index = refusals.findIndex((one) => path.endsWith(one.path));
    return index < 0 ? undefined : refusals.splice(index, 1)[0];
  };
  const http: HttpServer = createServer(async (req: IncomingMessage, res) => {
    let text = "";
    for await (const chunk of req) text += chunk;
    const path = req.url!.split("?")[0]!;
    const answer = (status: number, json: unknown) => {
      res.writeHead(status, { "content-type": "application/json" });
      res.end(JSON.stringify(json));
    };
    if (req.method === "GET" && path.endsWith("/commands")) {
      const commands = queue.splice(0);
      // A real long poll waits; a short one keeps the test quick.
      setTimeout(() => answer(200, { commands, count: commands.length }), commands.length ? 0 : 50);
      return;
    }
    const no = refusal(path);
    if (no) return answer(no.status, { error: no.code, code: no.code });
    calls.push({ how: "http", path, body: text ? JSON.parse(text) : {} });
    answer(200, { status: "ok", ...answers[path] });
  });
  let io: Server | undefined;
  if (sockets) {
    io = new Server(http, { transports: ["websocket"] });
    io.on("connection", (socket) => {
      for (const name of ["ack", "log", "message", "status", "progress", "manifest"])
        socket.on(name, (body, reply) => {
          const no = refusal(name);
          if (no) return reply({ error: no.code, code: no.code });
          calls.push({ how: "socket", path: name, body });
          reply({ status: "ok" });
        });
    });
    ending.push(() => io!.close());
  }
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  ending.push(
    () => http.closeAllConnections(),
    () => http.close(),
  );
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, calls, refusals, queue, answers, io };
}

function botOf(url: string) {
  const problems: string[] = [];
  const bot = new MusterBot({ url, botId: "b1", token: "t", onProblem: (text) => problems.push(text) });
  ending.push(() => bot.stop(100));
  return { bot, problems };
}

test("a pushed command is confirmed, run once however often it comes, and acked each time", async () => {
  const server = await standIn();
  const { bot } = botOf(server.url);
  const run = vi.fn(() => ({ pong: true }));
  bot.onCommand("ping", run).start();
  await eventually(() => expect(bot.state).toBe("socket"));
  const [socket] = [...server.io!.sockets.sockets.values()];
  const deliver = () => socket!.timeout(30_000).emitWithAck("new_command", command("c1"));
  await deliver();
  await eventually(() => expect(server.calls.length).toBe(1));
  // While the answer to its ack is pending, another delivery sends no second ack.
  await eventually(async () => {
    await deliver();
    expect(server.calls.length).toBeGreaterThan(1);
  });
  expect(run).toHaveBeenCalledOnce();
  for (const call of server.calls)
    expect(call).toEqual({
      how: "socket",
      path: "ack",
      body: { command_id: "c1", status: "completed", result: { pong: true } },
    });
});

test("an exception and a missing handler fail the command with their text", async () => {
  const server = await standIn();
  const { bot } = botOf(server.url);
  bot.onCommand("boom", () => Promise.reject(new Error("no fuel"))).start();
  await eventually(() => expect(bot.state).toBe("socket"));
  server.io!.emit("new_command", command("c1", "boom"));
  server.io!.emit("new_command", command("c2", "dance"));
  await eventually(() => expect(server.calls.length).toBe(2));
  const bodies = server.calls.map((call) => call.body as { command_id: string });
  bodies.sort((a, b) => (a.command_id < b.command_id ? -1 : 1));
  expect(bodies).toEqual([
    { command_id: "c1", status: "failed", result: { error: "no fuel" } },
    { command_id: "c2", status: "failed", result: { error: 'This bot has no handler for "dance"' } },
  ]);
});

test("an ack is repeated after a 503, and dropped with a report after a 409", async () => {
  const server = await standIn();
  const { bot, problems } = botOf(server.url);
  bot.onCommand("*", () => undefined).start();
  await eventually(() => expect(bot.state).toBe("socket"));
  server.refusals.push({ path: "ack", status: 503, code: "UNAVAILABLE" });
  server.io!.emit("new_command", command("c1"));
  await eventually(() => expect(server.calls.length).toBe(1));
  server.refusals.push({ path: "ack", status: 409, code: "CONFLICT" });
  server.io!.emit("new_command", command("c2"));
  await eventually(() => expect(problems.join()).toContain("c2 was not taken"));
  expect(server.calls.length).toBe(1);
});

test("the handler gets each version of each section once, and an unreadable configuration is reported", async () => {
  const server = await standIn();
  server.answers["/api/bot/b1/config"] = {
    config: { general: { command_prefix: "!" }, welcome: { rules_text: "" } },
    versions: { general: 2, welcome: 0 },
  };
  const { bot, problems } = botOf(server.url);
  const heard: unknown[] = [];
  bot.onConfig((section, config, version) => heard.push([section, config, version])).start();
  await eventually(() => expect([bot.state, heard.length]).toEqual(["socket", 2]));
  server.io!.emit("config_update", { section: "general", config: { command_prefix: "old" }, version: 2 });
  server.io!.emit("config_update", { section: "general", config: { command_prefix: "?" }, version: 3 });
  await eventually(() => expect(heard).toHaveLength(3));
  expect(heard).toEqual([
    ["general", { command_prefix: "!" }, 2],
    ["welcome", { rules_text: "" }, 0],
    ["general", { command_prefix: "?" }, 3],
  ]);

  server.refusals.push({ path: "/config", status: 403, code: "FORBIDDEN" });
  const other = botOf(server.url);
  other.bot.onConfig(() => {}).start();
  await eventually(() => expect(other.problems.join()).toContain("The configuration could not be read"));
  expect(problems).toEqual([]);
});

test("without sockets it polls, acks by HTTP and reports the state polling", async () => {
  const server = await standIn({ sockets: false });
  const { bot } = botOf(server.url);
  server.queue.push(command("c1"));
  bot.onCommand("ping", () => 42).start();
  await eventually(() => expect(server.calls.map((call) => call.path)).toContain("/api/commands/c1/ack"));
  expect(bot.state).toBe("polling");
  expect(server.calls.find((call) => call.path.endsWith("/ack"))!.body).toMatchObject({ result: { value: 42 } });
});

test("logs written before the connection arrive in one batch, in order", async () => {
  const server = await standIn();
  const { bot } = botOf(server.url);
  for (let n = 0; n < 120; n++) bot.log("info", `line ${n}`);
  bot.start();
  await eventually(() => expect(server.calls.length).toBeGreaterThan(0));
  const logs = server.calls.flatMap((call) => call.body as { message: string; type: string }[]);
  expect(logs.map((log) => log.message)).toEqual(Array.from({ length: 120 }, (_, n) => `line ${n}`));
  expect(logs[0]).toEqual({ type: "info", message: "line 0", timestamp: expect.stringMatching(/Z$/) });
});

test("one bad log does not take its batch with it", async () => {
  const server = await standIn({ sockets: false });
  const { bot, problems } = botOf(server.url);
  // The batch of two and then its first half are refused.
  server.refusals.push(
    { path: "/logs", status: 400, code: "INVALID_INPUT" },
    { path: "/logs", status: 400, code: "INVALID_INPUT" },
  );
  bot.log("bad level!", "first");
  bot.log("info", "second");
  bot.start();
  await eventually(() => expect(server.calls.filter((call) => call.path.endsWith("/logs")).length).toBe(1));
  expect(server.calls.find((call) => call.path.endsWith("/logs"))!.body).toMatchObject([
    { type: "info", message: "second" },
  ]);
  expect(problems.join()).toContain("first");
});

test("during an outage the newest 10,000 logs are kept, and the loss is reported", async () => {
  const server = await standIn();
  const { bot } = botOf(server.url);
  for (let n = 0; n < 10_500; n++) bot.log("info", `line ${n}`);
  bot.start();
  const sent: { message: string }[] = [];
  await eventually(() => {
    sent.length = 0;
    for (const call of server.calls) sent.push(...(call.body as unknown as { message: string }[]));
    expect(sent.at(-1)!.message).toContain("500 logs were dropped");
  });
  expect(sent.length).toBe(10_001);
  expect(sent[0]!.message).toBe("line 500");
});

test("stop() lets a running command finish and delivers its ack and the logs", async () => {
  const server = await standIn();
  const { bot } = botOf(server.url);
  bot.onCommand("slow", () => new Promise((resolve) => setTimeout(() => resolve({ done: true }), 200))).start();
  await eventually(() => expect(bot.state).toBe("socket"));
  const [socket] = [...server.io!.sockets.sockets.values()];
  await socket!.timeout(30_000).emitWithAck("new_command", command("c1", "slow"));
  bot.log("info", "leaving");
  await bot.stop(30_000);
  expect(server.calls.map((call) => call.path).sort()).toEqual(["ack", "log", "status"]);
  expect(server.calls.at(-1)!.body).toEqual({ status: "offline" });
  expect(bot.state).toBe("stopped");
});

test("a status other than online is reported again after a reconnect", async () => {
  const server = await standIn();
  const { bot } = botOf(server.url);
  bot.start();
  await eventually(() => expect(bot.state).toBe("socket"));
  await bot.status("degraded", { queue: 9 });
  for (const socket of server.io!.sockets.sockets.values()) socket.conn.close();
  await eventually(() => expect(server.calls.length).toBe(2));
  expect(server.calls[1]!.body).toEqual({ status: "degraded", data: { queue: 9 } });
});

test("progress, more time and the manifest are sent by socket", async () => {
  const server = await standIn();
  const { bot } = botOf(server.url);
  bot
    .onCommand("long", async (_, { progress, extend }) => {
      await progress(40.4, "two of five");
      await progress(400);
      await extend(600);
    })
    .start();
  await eventually(() => expect(bot.state).toBe("socket"));
  await bot.manifest([{ name: "long", danger: "warn" }]);
  server.io!.emit("new_command", command("c1", "long"));
  await eventually(() => expect(server.calls.length).toBe(5));
  expect(server.calls.map(({ path, body }) => [path, body])).toEqual([
    ["manifest", { commands: [{ name: "long", danger: "warn" }] }],
    ["progress", { command_id: "c1", progress: 40, note: "two of five" }],
    ["progress", { command_id: "c1", progress: 100 }],
    ["progress", { command_id: "c1", lease: 600 }],
    ["ack", { command_id: "c1", status: "completed", result: {} }],
  ]);
});

test("a cancelled command aborts its signal and is not acked", async () => {
  const server = await standIn();
  const { bot, problems } = botOf(server.url);
  const ends: string[] = [];
  bot
    .onCommand("long", async ({ id }, { signal }) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      ends.push(id);
    })
    .onCommand("ping", () => undefined)
    .start();
  await eventually(() => expect(bot.state).toBe("socket"));
  const [socket] = [...server.io!.sockets.sockets.values()];
  await socket!.timeout(30_000).emitWithAck("new_command", command("c1", "long"));
  // The handler gets no events about the progress of a running command.
  server.io!.emit("command_update", command("c1", "long"));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(ends).toEqual([]);
  server.io!.emit("command_update", { ...command("c1", "long"), status: "failed", reason: "cancelled" });
  await eventually(() => expect(ends).toEqual(["c1"]));
  server.io!.emit("new_command", command("c2"));
  await eventually(() => expect(server.calls.length).toBe(1));
  expect(server.calls[0]!.body).toMatchObject({ command_id: "c2" });
  expect(problems).toEqual([]);
});

test("a bot that polls learns from a refused progress that its command was cancelled", async () => {
  const server = await standIn({ sockets: false });
  const { bot } = botOf(server.url);
  server.queue.push(command("c1"));
  server.refusals.push({ path: "/progress", status: 409, code: "CONFLICT" });
  const seen: boolean[] = [];
  bot
    .onCommand("ping", async (_, { progress, signal }) => {
      await progress(10);
      seen.push(signal.aborted);
    })
    .start();
  await eventually(() => expect(seen).toEqual([true]));
  await bot.stop();
  expect(server.calls.filter((call) => call.path.endsWith("/ack"))).toEqual([]);
});

test("a refused request for more time throws in the handler", async () => {
  const server = await standIn();
  const { bot } = botOf(server.url);
  server.refusals.push({ path: "progress", status: 400, code: "INVALID_INPUT" });
  bot.onCommand("ping", (_, { extend }) => extend(99_999)).start();
  await eventually(() => expect(bot.state).toBe("socket"));
  server.io!.emit("new_command", command("c1"));
  await eventually(() => expect(server.calls.length).toBe(1));
  expect(server.calls[0]!.body).toMatchObject({ status: "failed", result: { error: "INVALID_INPUT" } });
});
