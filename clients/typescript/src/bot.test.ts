/** A bot with a stand-in of the server: its connection, logs, status and configuration. */
import { expect, test } from "vitest";
import { eventually } from "@/tests/eventually";
import { botOf, command, standIn } from "@/tests/standins/muster";

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

test("numbers are reported once, and a refusal is thrown", async () => {
  const server = await standIn({ sockets: false });
  const { bot } = botOf(server.url);
  bot.start();
  await bot.metrics({ cpu: 0.5, guilds: 12 });
  const sent = server.calls.filter((call) => call.path.endsWith("/metrics"));
  expect(sent.map(({ body }) => body)).toEqual([{ metrics: { cpu: 0.5, guilds: 12 } }]);
  server.refusals.push({ path: "/metrics", status: 400, code: "INVALID_INPUT" });
  await expect(bot.metrics({ "bad name": 1 })).rejects.toMatchObject({ code: "INVALID_INPUT" });
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
