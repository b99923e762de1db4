/** The `muster` command, built and run as people run it, against the real server. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { levelOf } from "../../clients/cli/program";
import type { Json } from "../api";
import { home, muster } from "../cli";
import { eventually } from "../eventually";
import { aBot, aUser, type TestBot, type TestUser } from "../factories";
import { theServer } from "../the-server";

let ada: TestUser;
let url: string;
beforeAll(async () => {
  ada = await aUser();
  url = theServer().url;
});

const wrapped = (bot: TestBot, command: string[], args: string[] = []) =>
  muster(["run", ...args, "--", ...command], { MUSTER_URL: url, BOT_ID: bot.id, BOT_TOKEN: bot.token });
const logs = async (bot: TestBot): Promise<Json[]> =>
  (await ada.api.send("GET /api/logs", { query: { bot_id: bot.id, limit: 500 } })).json.logs;
async function settled(bot: TestBot, type: string) {
  const { json } = await ada.api.send("POST /api/commands", { body: { bot_id: bot.id, type } });
  return eventually(async () => {
    const params = { command_id: json.command.id };
    const { command } = (await ada.api.send("GET /api/commands/{command_id}", { params })).json;
    expect(command.status).not.toBe("pending");
    return command;
  });
}

it.each([
  ["ERROR: no fuel", "stdout", "error"],
  ["[warn] low", "stderr", "warning"],
  ["2026-01-01 12:00:00,123 INFO up", "stderr", "info"],
  ["2026-01-01T12:00:00.123Z level=debug x=1", "stdout", "debug"],
  ["FATAL gone", "stdout", "error"],
  ["Information wants to be free", "stdout", "info"],
  ["Traceback (most recent call last):", "stderr", "error"],
] as const)("the line %j on %s is %s", (line, stream, level) => expect(levelOf(line, stream)).toBe(level));

describe("muster run", () => {
  it("runs a program as a bot with logs, status, restart and stop", async () => {
    const bot = await aBot(ada);
    const script =
      'console.log("hello from " + process.pid); console.error("bad thing"); console.log("WARN low"); setInterval(() => {}, 1000)';
    const one = wrapped(bot, [process.execPath, "-e", script]);
    await eventually(async () =>
      expect((await logs(bot)).map((log) => [log.type, log.message])).toEqual(
        expect.arrayContaining([
          ["info", expect.stringMatching(/^hello from/)],
          ["error", "bad thing"],
          ["warning", "WARN low"],
        ]),
      ),
    );
    expect(one.said.out).toContain("hello from");
    const params = { bot_id: bot.id };
    const manifest = (await ada.api.send("GET /api/bot/{bot_id}/manifest", { params })).json.commands;
    expect(manifest.map((command: Json) => command.name)).toEqual(["status", "restart", "stop"]);
    const before = (await settled(bot, "status")).result;
    expect(before).toMatchObject({ running: true, restarts: 0, pid: expect.any(Number) });
    expect(await settled(bot, "restart")).toMatchObject({ status: "completed", result: { restarted: true } });
    await eventually(async () => {
      const after = (await settled(bot, "status")).result;
      expect(after).toMatchObject({ running: true, restarts: 1 });
      expect(after.pid).not.toBe(before.pid);
    });
    expect(await settled(bot, "stop")).toMatchObject({ status: "completed", result: { stopped: true } });
    await one.ended;
    await eventually(async () =>
      expect((await ada.api.send("GET /api/bot/{bot_id}/info", { params })).json.bot.status).toBe("offline"),
    );
  });

  it("reports a crash with the last lines and restarts the program", async () => {
    const bot = await aBot(ada);
    const script = 'for (let n = 0; n < 80; n++) console.log("line " + n); process.exitCode = 3';
    wrapped(bot, [process.execPath, "-e", script], ["--backoff", "0.2"]);
    await eventually(async () => {
      const crashes = (await logs(bot)).filter((log) => log.message.includes("crashed with exit code 3"));
      expect(crashes.length).toBeGreaterThanOrEqual(2);
      expect(crashes[0]).toMatchObject({ type: "error", metadata: { exit_code: 3, signal: null } });
      expect(crashes[0]!.metadata.tail).toEqual(Array.from({ length: 50 }, (_, n) => `line ${n + 30}`));
    });
  });

  it("kills a program that ignores SIGTERM after the grace period, and forwards SIGTERM to the program", async () => {
    const bot = await aBot(ada);
    const deaf = 'process.on("SIGTERM", () => console.log("heard it")); console.log("up"); setInterval(() => {}, 1000)';
    const one = wrapped(bot, [process.execPath, "-e", deaf], ["--grace", "3"]);
    await eventually(() => expect(one.said.out).toContain("up"));
    one.child.kill("SIGTERM");
    const { code, out } = await one.ended;
    expect([code, out]).toEqual([137, expect.stringContaining("heard it")]);
  });

  it("ends with the program, and names missing options", async () => {
    const bot = await aBot(ada);
    expect((await wrapped(bot, [process.execPath, "-e", ""]).ended).code).toBe(0);
    const none = await wrapped(bot, ["/no/such/program"]).ended;
    expect([none.code, none.err]).toEqual([127, expect.stringContaining("cannot be started")]);
    expect(await muster(["run"]).ended).toMatchObject({ code: 2, err: expect.stringContaining("run needs --bot") });
    expect(await wrapped(bot, []).ended).toMatchObject({ code: 2, err: expect.stringContaining("a command after --") });
  });
});

describe("muster login, bots, send, logs", () => {
  it("asks to sign in first, and refuses a wrong password", async () => {
    expect(await muster(["bots"]).ended).toMatchObject({ code: 2, err: expect.stringContaining("muster login") });
    const wrong = muster(["login", "--url", url, "--username", ada.username], { MUSTER_PASSWORD: "wrong" });
    expect(await wrong.ended).toMatchObject({ code: 2, err: expect.stringContaining("(401)") });
    expect(await muster(["dance"]).ended).toMatchObject({
      code: 2,
      err: expect.stringContaining('There is no "dance"'),
    });
    expect(await muster(["bots", "--colour"]).ended).toMatchObject({ code: 2 });
  });

  it("signs in with its own key, lists bots, sends and waits, reads and follows logs", async () => {
    const bot = await aBot(ada);
    const login = muster(["login", "--url", url, "--username", ada.username], { MUSTER_PASSWORD: ada.password });
    expect(await login.ended).toMatchObject({ code: 0, out: expect.stringContaining("Signed in") });
    const file = join(home, "muster", "config.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ url, token: expect.stringMatching(/^mk_/) });

    const listed = JSON.parse((await muster(["bots", "--json"]).ended).out);
    expect(listed.map((one: Json) => one.id)).toContain(bot.id);
    expect((await muster(["bots"]).ended).out).toContain(bot.id);

    const exact = await muster(["send", bot.id, "kick", '{"user_id":1497549923779084388}', "--json"]).ended;
    expect(exact.out).toContain('"payload":{"user_id":1497549923779084388}');

    const queued = await muster(["send", bot.id, "ping"]).ended;
    expect(queued).toMatchObject({ code: 0, out: expect.stringContaining("queued: the bot has never connected") });
    expect(await muster(["send", bot.id, "ping", "{"]).ended).toMatchObject({ code: 2 });
    expect(await muster(["send", "nobody", "ping"]).ended).toMatchObject({
      code: 2,
      err: expect.stringContaining("(404)"),
    });

    const follow = muster(["logs", "-f", "--bot", bot.id, "--json"]);
    await eventually(() => expect(follow.said.err).toContain("following"));
    wrapped(bot, [process.execPath, "-e", 'console.log("followed"); setInterval(() => {}, 1000)']);
    await eventually(() => expect(follow.said.out).toContain('"followed"'));
    const waited = await muster(["send", bot.id, "status", "{}", "--wait", "--json"]).ended;
    expect([waited.code, JSON.parse(waited.out)]).toMatchObject([
      0,
      { status: "completed", result: { running: true } },
    ]);
    const failed = await muster(["send", bot.id, "dance", "--wait"]).ended;
    expect([failed.code, failed.out]).toEqual([1, expect.stringContaining("no handler")]);
    follow.child.kill("SIGTERM");
    expect((await follow.ended).code).toBe(0);
    expect((await muster(["logs", "--bot", bot.id, "--search", "followed"]).ended).out).toMatch(/info +followed/);
  });

  it("shows only one level, of stored and of new logs", async () => {
    const bot = await aBot(ada);
    const params = { bot_id: bot.id };
    const say = (type: string, message: string) =>
      bot.api.send("POST /api/bot/{bot_id}/logs", { params, body: { type, message } });
    await say("info", "all is well");
    await say("error", "no fuel");
    const args = ["logs", "--bot", bot.id, "--level", "error", "--json"];
    const env = { MUSTER_URL: url, MUSTER_TOKEN: ada.jwt };
    const read = await muster(args, env).ended;
    expect([
      read.code,
      read.out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).message),
    ]).toEqual([0, ["no fuel"]]);

    const follow = muster([...args, "-f"], env);
    await eventually(() => expect(follow.said.err).toContain("following"));
    await say("warning", "low");
    await say("error", "out of oil");
    await eventually(() => expect(follow.said.out).toContain("out of oil"));
    expect(follow.said.out).not.toContain('"low"');
    follow.child.kill("SIGTERM");
    expect((await follow.ended).code).toBe(0);
    expect(await muster(["logs", "--bot", bot.id, "--level", "debug"], env).ended).toMatchObject({ code: 0, out: "" });
  });
});
