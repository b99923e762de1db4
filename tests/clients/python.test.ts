/** The Python client, run by python3 against the real server. */
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../eventually";
import { aBot, aUser, type TestBot, type TestUser } from "../factories";
import { runPython } from "../python";

const PYTHON = resolve("clients/python");
let ada: TestUser;
beforeAll(async () => {
  ada = await aUser();
});

const program = (body: string) => [
  "-c",
  `import os, time\nfrom muster import MusterBot, MusterError\nbot = MusterBot(os.environ["MUSTER_URL"], os.environ["BOT_ID"], os.environ["BOT_TOKEN"])\n${body}`,
];

async function send(bot: TestBot, type: string, payload: object = {}): Promise<string> {
  const answer = await ada.api.send("POST /api/commands", { body: { bot_id: bot.id, type, payload } });
  expect(answer.status, answer.text).toBe(200);
  return answer.json.command.id;
}
const command = async (command_id: string) =>
  (await ada.api.send("GET /api/commands/{command_id}", { params: { command_id } })).json.command;
const settled = (id: string) =>
  eventually(async () => {
    const now = await command(id);
    expect(now.status).not.toBe("pending");
    return now;
  });
const logs = async (bot: TestBot) =>
  (await ada.api.send("GET /api/logs", { query: { bot_id: bot.id, limit: 500 } })).json.logs;

it("keeps the digits of integers, as Python does", async () => {
  const bot = await aBot(ada);
  const large = "1497549923779084388";
  const { output } = runPython(
    program(
      `bot.command("kick")(lambda command, *_: {"got": command["payload"]["user_id"], "more": command["payload"]["user_id"] + 1})\nbot.run()`,
    ),
    bot,
  );
  const sent = await ada.api.send("POST /api/commands", {
    body: `{"bot_id":"${bot.id}","type":"kick","payload":{"user_id":${large}}}`,
  });
  await settled(sent.json.command.id);
  const { text } = await ada.api.send(`GET /api/commands/${sent.json.command.id}`);
  expect(text, output()).toContain(`"result":{"got":${large},"more":1497549923779084389}`);
});

describe("the example bot", () => {
  it("answers, fails, reports progress, publishes its manifest, logs, and stops on SIGTERM", async () => {
    const bot = await aBot(ada);
    const params = { bot_id: bot.id };
    const python = runPython([`${PYTHON}/examples/echo_bot.py`], bot);
    await eventually(async () => {
      const { json } = await ada.api.send("GET /api/bot/{bot_id}/manifest", { params });
      expect(json.commands.map((one: { name: string }) => one.name)).toContain("count");
    });

    expect(await settled(await send(bot, "ping"))).toMatchObject({ status: "completed", result: { pong: true } });
    expect(await settled(await send(bot, "echo", { text: "schön ✓" }))).toMatchObject({ result: { text: "schön ✓" } });
    expect(await settled(await send(bot, "fail", { error: "no fuel" }))).toMatchObject({
      status: "failed",
      result: { error: "no fuel" },
    });
    expect(await settled(await send(bot, "dance"))).toMatchObject({
      status: "failed",
      result: { error: 'This bot has no handler for "dance"' },
    });
    expect(await settled(await send(bot, "count", { to: 3 }))).toMatchObject({
      result: { counted: 3 },
      progress: 100,
      progress_note: "3 of 3",
    });
    await ada.api.refused("POST /api/commands", "INVALID_INPUT", {
      body: { bot_id: bot.id, type: "count", payload: { to: 0 } },
    });

    await settled(await send(bot, "send_message", { thread_id: "42", thread_type: "GROUP", message: "Hello" }));
    await eventually(async () => {
      const { json } = await ada.api.send("GET /api/messages", { query: { bot_id: bot.id } });
      expect(json.messages).toMatchObject([{ message: "You said: Hello", thread_id: "42", thread_type: "GROUP" }]);
    });

    python.child.kill("SIGTERM");
    expect(await python.ended, python.output()).toEqual([0, null]);
    const info = (await ada.api.send("GET /api/bot/{bot_id}/info", { params })).json;
    expect(info.bot.status).toBe("offline");
    expect((await logs(bot)).map((log: { message: string }) => log.message)).toContain("Echo bot started");
  });

  it("stops when its own handler asks for it, after sending the result", async () => {
    const bot = await aBot(ada);
    const python = runPython([`${PYTHON}/examples/echo_bot.py`], bot);
    expect(await settled(await send(bot, "stop"))).toMatchObject({ status: "completed" });
    expect(await python.ended, python.output()).toEqual([0, null]);
  });

  it("prints the settings it needs", () => {
    const { status, stderr } = spawnSync(process.env.PYTHON ?? "python3", [`${PYTHON}/examples/echo_bot.py`], {
      encoding: "utf8",
      env: { NODE_ENV: "production" },
    });
    expect([status, stderr]).toEqual([1, expect.stringContaining("Set BOT_ID and BOT_TOKEN")]);
  });
});

describe("the client", () => {
  it("notices a cancelled command and does not ack it", async () => {
    const bot = await aBot(ada);
    const python = runPython([`${PYTHON}/examples/echo_bot.py`], bot);
    const id = await send(bot, "count", { to: 600 });
    await eventually(async () => expect((await command(id)).progress_note).toMatch(/of 600/));
    await ada.api.send("POST /api/commands/{command_id}/cancel", { params: { command_id: id } });
    // The next command is answered, so the bot still works.
    expect(await settled(await send(bot, "ping"))).toMatchObject({ status: "completed" });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await command(id)).toMatchObject({ status: "failed", reason: "cancelled" });
    expect(python.output()).not.toContain("was not taken");
  });

  it("runs a command once when it is delivered twice, and acks both deliveries", async () => {
    const bot = await aBot(ada);
    const python = runPython(
      program(`
runs = []
@bot.command("once")
def once(command, ctx):
    runs.append(command["id"])
    return {"runs": len(runs)}
command = bot._request("GET", bot._path + "/commands?wait=30&lease=60")["commands"][0]
acks = []
real = bot._request
def counted(method, path, *rest, **named):
    if path.endswith("/ack"): acks.append(path)
    return real(method, path, *rest, **named)
bot._request = counted
bot.start()
for _ in range(2):
    bot._receive(command)
    while bot._busy(): time.sleep(0.01)
print("runs", len(runs), "acks", len(acks))
bot.stop()`),
      bot,
    );
    const id = await send(bot, "once");
    expect(await settled(id)).toMatchObject({ result: { runs: 1 } });
    expect(await python.ended, python.output()).toEqual([0, null]);
    expect(python.output()).toContain("runs 1 acks 2");
  });

  it("delivers 1,200 logs in order, skips one bad log, syncs, reports and extends", async () => {
    const bot = await aBot(ada);
    const python = runPython(
      program(`
@bot.command("long")
def long(command, ctx):
    ctx.extend(1200)
    try:
        ctx.extend(99999)
    except MusterError as error:
        return {"refused": error.code}
bot.start()
for n in range(1200): bot.log("info", "line %d" % n)
bot.log("x" * 500, "a level nobody has")
bot.log("error", "the last one", {"n": 1})
bot.sync(groups=[{"id": "1"}], metadata={"version": "2"})
bot.status("degraded", {"queue": 9})
bot.run()`),
      bot,
    );
    const id = await send(bot, "long");
    expect(await settled(id), python.output()).toMatchObject({ result: { refused: "INVALID_INPUT" } });
    const params = { bot_id: bot.id };
    const newest = await eventually(async () => {
      const found = await logs(bot);
      expect(found[0].message).toBe("the last one");
      return found;
    });
    expect(newest.slice(1).map((log: { message: string }) => log.message)).toEqual(
      Array.from({ length: 499 }, (_, n) => `line ${1199 - n}`),
    );
    expect(python.output()).toContain("1 of the logs not taken");
    expect((await ada.api.send("GET /api/bot/{bot_id}/data", { params })).text).toContain('"version":"2"');
    expect((await ada.api.send("GET /api/bot/{bot_id}/info", { params })).json.bot.status).toBe("degraded");
    python.child.kill("SIGTERM");
    expect(await python.ended).toEqual([0, null]);
  });

  it("keeps logs through an outage and reports it; reports a wrong token once and retries", async () => {
    const bot = await aBot(ada);
    const away = runPython(
      program(`
import urllib.request
there = bot._base
bot._base = "http://127.0.0.1:9"
bot.start()
bot.log("info", "written while away")
time.sleep(2.2)
bot._base = there
bot.run()`),
      bot,
    );
    const [log] = await eventually(async () => {
      const found = await logs(bot);
      expect(found.length).toBe(1);
      return found;
    });
    expect(log.message).toBe("written while away");
    expect(Date.parse(log.received_at) - Date.parse(log.timestamp)).toBeGreaterThan(1500);
    expect(away.output().match(/cannot be reached/g)).toHaveLength(1);
    const wrong = runPython(program("bot.run()"), { ...bot, token: "mb_wrong" });
    await eventually(() => expect(wrong.output()).toContain("Commands cannot be fetched"));
    wrong.child.kill("SIGTERM");
    expect((await wrong.ended)[0]).toBe(0);
  });
});
