/**
 * Kills 200 bot processes (SIGKILL) while they hold a lease. Each command must return when its lease ends, with one more
 * attempt, and its outcome must be recorded once.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { beforeAll, expect, it } from "vitest";
import { aBot, aUser, type TestBot, type TestUser } from "./factories";
import { theServer } from "./the-server";

const KILLS = 200;
const AT_ONCE = 10;
const LEASE_S = 3;
let ada: TestUser;
beforeAll(async () => {
  ada = await aUser();
});

/** Leases one command, prints its id and never finishes. It is a minimal bot, so that 200 start quickly. */
const VICTIM = `
const { URL_, ID, TOKEN } = process.env;
const response = await fetch(URL_ + "/api/bot/" + ID + "/commands?limit=1&wait=20&lease=${LEASE_S}", { headers: { authorization: "Bearer " + TOKEN } });
const { commands } = await response.json();
console.log(commands[0].id);
setInterval(() => {}, 1000);
`;

async function takenBy(bot: TestBot): Promise<{ child: ChildProcess; id: string }> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", VICTIM], {
    env: { NODE_ENV: "production", PATH: process.env.PATH, URL_: theServer().url, ID: bot.id, TOKEN: bot.token },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = (await once(child.stdout!, "data")) as [Buffer];
  return { child, id: said.toString().trim() };
}

/** Runs and kills one bot. Returns the command's id and its state in the queue at each step. */
async function killInMidCommand(): Promise<void> {
  const bot = await aBot(ada);
  const params = { bot_id: bot.id };
  const sent = await ada.api.send("POST /api/commands", { body: { bot_id: bot.id, type: "work" } });
  const { id } = sent.json.command;
  const victim = await takenBy(bot);
  expect(victim.id).toBe(id);
  const gone = once(victim.child, "exit");
  victim.child.kill("SIGKILL");
  expect(await gone).toEqual([null, "SIGKILL"]);

  // The restarted bot waits for the command, which arrives with attempts + 1.
  const again = await bot.api.send("GET /api/bot/{bot_id}/commands", { params, query: { wait: 30, lease: 300 } });
  expect(again.json.commands).toMatchObject([{ id, attempts: 2, status: "pending" }]);

  const ack = (status: string, by: string) =>
    bot.api.send("POST /api/commands/{command_id}/ack", {
      params: { command_id: id },
      body: { status, result: { by } },
    });
  // Both processes ack at once, as when the first ack was delayed. The server keeps one of them.
  const [living, ghost] = await Promise.all([ack("completed", "living"), ack("failed", "ghost")]);
  expect([living.status, ghost.status].sort()).toEqual([200, 409]);
  const stands = living.status === 200 ? "completed" : "failed";
  const refused = living.status === 200 ? ghost : living;
  expect(refused.json).toMatchObject({ code: "CONFLICT", details: { command: { id, status: stands } } });
  // Repeat late acks: the same outcome is accepted, the other refused, and neither changes the record.
  const late = [await ack(stands, "late"), await ack(stands === "completed" ? "failed" : "completed", "late")];
  expect(late.map((answer) => answer.status)).toEqual([200, 409]);
  const { command } = (await ada.api.send("GET /api/commands/{command_id}", { params: { command_id: id } })).json;
  expect(command).toMatchObject({
    status: stands,
    attempts: 2,
    result: { by: stands === "completed" ? "living" : "ghost" },
  });
  expect(command.completed_at).toBe((living.status === 200 ? living : ghost).json.command.completed_at);
  const { stats } = (await ada.api.send("GET /api/bot/{bot_id}/info", { params })).json;
  expect(stats).toMatchObject({
    total_commands: 1,
    pending_commands: 0,
    completed_commands: stands === "completed" ? 1 : 0,
    failed_commands: stands === "completed" ? 0 : 1,
  });
  expect((await bot.api.send("GET /api/bot/{bot_id}/commands", { params })).json.commands).toEqual([]);
}

it(`${KILLS} bots die in mid-command: each comes back once its lease ended, and nothing is settled twice`, async () => {
  let left = KILLS;
  const lane = async () => {
    while (left-- > 0) await killInMidCommand();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}, 600_000);
