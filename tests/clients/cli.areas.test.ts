/** The `muster` command: names of bots, token files, completions, doctor, and the areas besides bots and logs. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
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
const logs = async (bot: TestBot): Promise<Json[]> =>
  (await ada.api.send("GET /api/logs", { query: { bot_id: bot.id } })).json.logs;

describe("muster with names, files and other areas", () => {
  const env = () => ({ MUSTER_URL: url, MUSTER_TOKEN: ada.jwt });
  const parsed = async (args: string[]) => {
    const { code, out, err } = await muster([...args, "--json"], env()).ended;
    expect(code, err).toBe(0);
    return JSON.parse(out);
  };

  it("prints its version, and completions for each shell", async () => {
    const { version } = JSON.parse(readFileSync("clients/cli/package.json", "utf8"));
    expect(await muster(["--version"]).ended).toMatchObject({ code: 0, out: `${version}\n` });
    for (const shell of ["bash", "zsh", "fish"])
      expect(await muster(["completion", shell]).ended).toMatchObject({
        code: 0,
        out: expect.stringContaining("doctor"),
      });
    expect(await muster(["completion", "ksh"]).ended).toMatchObject({ code: 2 });
  });

  it("creates a bot, reaches it by its name, replaces its token and deletes it", async () => {
    const name = `Greeter ${Date.now()}`;
    const made = await parsed(["bots", "create", name]);
    expect(made).toEqual({ bot_id: expect.any(String), token: expect.any(String) });
    expect(await parsed(["send", name.toUpperCase(), "ping"])).toMatchObject({ bot_id: made.bot_id });
    expect(await muster(["bots", "token", name], { ...env(), MUSTER_PASSWORD: "wrong" }).ended).toMatchObject({
      code: 2,
    });
    const renewed = await muster(["bots", "token", name], { ...env(), MUSTER_PASSWORD: ada.password }).ended;
    expect(renewed).toMatchObject({ code: 0, out: expect.stringContaining(`BOT_ID=${made.bot_id}\nBOT_TOKEN=`) });
    expect(renewed.out).not.toContain(made.token);
    expect(await muster(["bots", "delete", name], env()).ended).toMatchObject({
      code: 2,
      err: expect.stringContaining("--yes"),
    });
    expect(await parsed(["bots", "delete", name, "--yes"])).toEqual({ bot_id: made.bot_id, status: "deleted" });
    expect((await parsed(["bots"])).map((bot: Json) => bot.id)).not.toContain(made.bot_id);
  });

  it("asks for an id when several bots have the name", async () => {
    const name = `Twin ${Date.now()}`;
    const twins = [await parsed(["bots", "create", name]), await parsed(["bots", "create", name])];
    const { code, err } = await muster(["send", name, "ping"], env()).ended;
    expect(code).toBe(2);
    for (const { bot_id } of twins) expect(err).toContain(bot_id);
  });

  it("reads tokens from a file", async () => {
    const bot = await aBot(ada);
    const file = join(home, "token");
    writeFileSync(file, `${bot.token}\n`, { mode: 0o600 });
    const args = ["run", "--url", url, "--bot", bot.id, "--token-file", file, "--", process.execPath, "-e", ""];
    expect(await muster(args).ended).toMatchObject({ code: 0 });
    await eventually(async () => expect((await logs(bot)).length).toBeGreaterThan(0));
    const none = await muster(["bots", "--url", url, "--token-file", join(home, "absent")]).ended;
    expect(none).toMatchObject({ code: 2, err: expect.stringContaining("The token cannot be read") });
  });

  it("limits logs to a time and to a query", async () => {
    const bot = await aBot(ada);
    const params = { bot_id: bot.id };
    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    const body = [
      { type: "info", message: "old", timestamp: minutesAgo(90) },
      { type: "error", message: "new", timestamp: minutesAgo(5) },
    ];
    await bot.api.send("POST /api/bot/{bot_id}/logs", { params, body });
    const messages = async (args: string[]) => {
      const { code, out, err } = await muster(["logs", "--bot", bot.id, "--json", ...args], env()).ended;
      expect(code, err).toBe(0);
      const lines = out.trim().split("\n").filter(Boolean);
      return lines.map((line) => JSON.parse(line).message);
    };
    expect(await messages([])).toEqual(["old", "new"]);
    expect(await messages(["--since", "1h"])).toEqual(["new"]);
    expect(await messages(["--since", minutesAgo(120)])).toEqual(["old", "new"]);
    expect(await messages(["--query", "level:info"])).toEqual(["old"]);
    expect(await muster(["logs", "--since", "yesterday"], env()).ended).toMatchObject({ code: 2 });
  });

  it("follows events of one bot", async () => {
    const [bot, other] = [await aBot(ada), await aBot(ada)];
    const follow = muster(["events", "--bot", bot.id, "--json"], env());
    await eventually(() => expect(follow.said.err).toContain("following"));
    await parsed(["send", other.id, "ping"]);
    await parsed(["send", bot.id, "ping"]);
    await eventually(() => expect(follow.said.out).toContain('"event":"new_command"'));
    expect(follow.said.out).not.toContain(other.id);
    follow.child.kill("SIGTERM");
    expect((await follow.ended).code).toBe(0);
  });

  it("lists tickets, alerts and transfers, and leaves backups to admins", async () => {
    for (const area of ["tickets", "alerts", "transfers"]) {
      expect(await parsed([area])).toEqual(expect.any(Array));
      expect(await muster([area], env()).ended).toMatchObject({ code: 0 });
    }
    expect(await muster(["backup"], env()).ended).toMatchObject({ code: 2, err: expect.stringContaining("(403)") });
  });

  it("lists the newest entries of the audit log, of a time and of one bot", async () => {
    const [bot, other] = [await aBot(ada), await aBot(ada)];
    const entries: Json[] = await parsed(["audit", "--bot", bot.id, "--since", "1h"]);
    expect(entries.at(-1)).toMatchObject({ action: "createBot", outcome: "done", bot_id: bot.id });
    const text = await muster(["audit", "--since", "1h"], env()).ended;
    expect(text.out).toMatch(/done +\S+ +createBot +bot /);
    expect((await muster(["audit", "--bot", bot.id], env()).ended).out).not.toContain(other.id);
    const later = new Date(Date.now() + 60_000).toISOString();
    expect(await parsed(["audit", "--since", later])).toEqual([]);
    expect(await muster(["audit", "--since", "yesterday"], env()).ended).toMatchObject({ code: 2 });
  });

  it("lists schedules, and pauses, resumes and runs one by its name", async () => {
    const { id } = await aBot(ada);
    const body = { name: "Nightly ping", cron: "30 2 * * *", bot_ids: [id], type: "ping" };
    const { schedule_id } = (await ada.api.send("POST /api/schedules", { body })).json.schedule;
    expect(await parsed(["schedules"])).toMatchObject([{ schedule_id, state: "active" }]);
    expect(await parsed(["schedules", "pause", "nightly PING"])).toMatchObject({ state: "paused", next_at: null });
    expect(await parsed(["schedules", "resume", schedule_id])).toMatchObject({ state: "active" });
    expect(await parsed(["schedules", "run", "Nightly ping"])).toMatchObject({ state: "open", bots: 1 });
    expect(await muster(["schedules", "run"], env()).ended).toMatchObject({ code: 2 });
    expect(await muster(["schedules", "stop", schedule_id], env()).ended).toMatchObject({ code: 2 });
  });

  it("doctor finds a server healthy, and says what to fix when it is not reached or the key is refused", async () => {
    const well = await muster(["doctor"], env()).ended;
    expect(well.out).toContain("signed in as");
    expect(well.out).toMatch(/ok {4}live/);
    const refused = await muster(["doctor", "--json"], { ...env(), MUSTER_TOKEN: "mk_wrong" }).ended;
    expect(refused.code).toBe(1);
    const findings: Json[] = JSON.parse(refused.out);
    expect(findings.find(({ name }) => name === "key")).toMatchObject({
      ok: false,
      detail: expect.stringContaining("muster login"),
    });
    const away = await muster(["doctor"], { ...env(), MUSTER_URL: "http://127.0.0.1:9" }).ended;
    expect(away).toMatchObject({ code: 1, out: expect.stringMatching(/^FAIL {2}server .*Check the address/) });
  });
});
