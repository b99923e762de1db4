/** Commands of a bot with a stand-in of the server, by socket and HTTP. */
import { expect, test, vi } from "vitest";
import { eventually } from "@/tests/eventually";
import { botOf, command, standIn } from "@/tests/standins/muster";

test("a pushed command is confirmed, run once however often it comes, and acked each time", async () => {
  const server = await standIn();
  const { bot } = botOf(server.url);
  const run = vi.fn(() => ({ pong: true }));
  bot.onCommand("ping", run).start();
  await eventually(() => expect(bot.state).toBe("socket"));
  const [socket] = [...server.io!.sockets.sockets.values()];
  const deliver = () => socket!.timeout(150_000).emitWithAck("new_command", command("c1"));
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

test("stop() lets a running command finish and delivers its ack and the logs", async () => {
  const server = await standIn();
  const { bot } = botOf(server.url);
  bot.onCommand("slow", () => new Promise((resolve) => setTimeout(() => resolve({ done: true }), 200))).start();
  await eventually(() => expect(bot.state).toBe("socket"));
  const [socket] = [...server.io!.sockets.sockets.values()];
  await socket!.timeout(150_000).emitWithAck("new_command", command("c1", "slow"));
  bot.log("info", "leaving");
  await bot.stop(30_000);
  expect(server.calls.map((call) => call.path).sort()).toEqual(["ack", "log", "status"]);
  expect(server.calls.at(-1)!.body).toEqual({ status: "offline" });
  expect(bot.state).toBe("stopped");
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
  await socket!.timeout(150_000).emitWithAck("new_command", command("c1", "long"));
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
