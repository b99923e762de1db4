/**
 * A server whose clock is set 25 hours ahead, back, and two hours behind (libfaketime; the monotonic clock stays true). Leases last as
 * long as they were given, later rows get the time of the clock, and rows are found by time, also after a restart.
 */
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Api } from "./api";
import { API_TOKEN, removeFolder, type ServerProcess, startServer, temporaryFolder } from "./process";

const HOUR = 3_600_000;
const LIBRARY = readdirSync("/usr/lib", { withFileTypes: true })
  .map(({ name }) => join("/usr/lib", name, "faketime", "libfaketimeMT.so.1"))
  .find((file) => existsSync(file))!;

let folder: string;
let server: ServerProcess;
let bot: { bot_id: string; token: string };
const start = () =>
  startServer({
    DATA_DIR: folder,
    LD_PRELOAD: LIBRARY,
    FAKETIME_TIMESTAMP_FILE: join(folder, "clock"),
    FAKETIME_NO_CACHE: "1",
    DONT_FAKE_MONOTONIC: "1",
  });
const setClock = (hours: number) => writeFileSync(join(folder, "clock"), `${hours < 0 ? "" : "+"}${hours}h`);

beforeEach(async () => {
  folder = temporaryFolder();
  setClock(0);
  server = await start();
  bot = (await admin().send("POST /api/my-bots", { body: { name: "Bot" } })).json as typeof bot;
});
afterEach(async () => {
  await server.kill();
  removeFolder(folder);
});

// Unlike a session, these credentials do not expire when the clock is set.
const admin = () => new Api(server.url, { authorization: `Bearer ${API_TOKEN}` });
const program = () => new Api(server.url, { authorization: `Bearer ${bot.token}` });
const params = () => ({ bot_id: bot.bot_id });
const log = (message: string) => program().send("POST /api/bot/{bot_id}/logs", { params: params(), body: { message } });
const poll = async (lease: number) =>
  (await program().send("GET /api/bot/{bot_id}/commands", { params: params(), query: { lease } })).json.commands;
async function messages(query: Record<string, string>): Promise<string[]> {
  const { json } = await admin().send("GET /api/logs", { query: { bot_id: bot.bot_id, ...query } });
  return json.logs.map(({ message }: { message: string }) => message).reverse();
}
const time = async (message: string): Promise<number> => {
  const { json } = await admin().send("GET /api/logs", { query: { bot_id: bot.bot_id, limit: 100 } });
  return Date.parse(json.logs.find((one: { message: string }) => one.message === message).received_at);
};

it("stores later rows with the right time again, and finds rows by time, also after a restart", async () => {
  await log("before");
  setClock(25);
  await log("fast");
  expect((await time("fast")) - (await time("before"))).toBeGreaterThan(24 * HOUR);
  setClock(0);
  await log("after");
  expect(Math.abs((await time("after")) - Date.now())).toBeLessThan(HOUR);
  const inAnHour = new Date(Date.now() + HOUR).toISOString();
  for (const isRestarted of [false, true]) {
    if (isRestarted) {
      expect(await server.stop()).toBe(0);
      server = await start();
      await log("later");
    }
    const right = ["before", "after", ...(isRestarted ? ["later"] : [])];
    expect(await messages({ before: inAnHour })).toEqual(right);
    expect(await messages({ after: inAnHour })).toEqual(["fast"]);
  }
});

it.each([25, -2])(
  "gives a lease back after its time when the clock is set by %i hours, neither before nor hours later",
  async (hours) => {
    const { json } = await admin().send("POST /api/commands", { body: { bot_id: bot.bot_id, type: "work" } });
    expect(await poll(5)).toMatchObject([{ id: json.command.id, attempts: 1 }]);
    const leasedAt = performance.now();
    setClock(hours);
    const again = async () => {
      const commands = await poll(60);
      return commands.length > 0
        ? { attempts: commands[0].attempts, early: performance.now() - leasedAt < 4_000 }
        : null;
    };
    await expect.poll(again).toEqual({ attempts: 2, early: false });
  },
);
