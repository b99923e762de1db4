/**
 * Kills the server (SIGKILL) at random moments under load, several times, and restarts it on the same data. Every log,
 * message, command and ack that it answered 200 must be stored, and leased commands return after their lease.
 */
import { expect, it } from "vitest";
import { Api } from "./api";
import { databases } from "./db/databases";
import { API_TOKEN, removeFolder, type ServerProcess, startServer, temporaryFolder } from "./process";

const BOTS = 50;
const ROUNDS = 10;
/** Time for the rounds. Draining the queue afterwards takes a few seconds more. */
const BUDGET_MS = 35_000;
const LEASE_S = 2;
const SENDERS = 10;

type Confirmed = {
  logs: string[];
  messages: string[];
  sent: string[];
  acked: Map<string, string>;
  handed: Map<string, number>;
};
type Bot = { id: string; token: string };

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Repeats `work` until the server is gone. A call without an answer proves nothing. */
async function untilGone(gone: () => boolean, work: (attempt: number) => Promise<void>): Promise<void> {
  for (let attempt = 0; !gone(); attempt++) {
    try {
      await work(attempt);
    } catch (error) {
      // fetch could not connect, or the answer was interrupted. The outcome is unknown, which is allowed.
      if (!(error instanceof TypeError)) throw error;
      await sleep(5);
    }
  }
}

async function load(server: ServerProcess, bots: Bot[], round: number, confirmed: Confirmed, gone: () => boolean) {
  const admin = new Api(server.url, { authorization: `Bearer ${API_TOKEN}` });
  const unexpected: string[] = [];
  const okay = (answer: { status: number; text: string }) => {
    if (answer.status !== 200) unexpected.push(`${answer.status} ${answer.text}`);
    return answer.status === 200;
  };
  const life = (bot: Bot) =>
    untilGone(gone, async (attempt) => {
      const api = new Api(server.url, { authorization: `Bearer ${bot.token}` });
      const params = { bot_id: bot.id };
      const lines = [0, 1, 2].map((line) => `${round}/${bot.id}/${attempt}/${line}`);
      if (okay(await api.send("POST /api/bot/{bot_id}/logs", { params, body: lines.map((message) => ({ message })) })))
        confirmed.logs.push(...lines);
      const message = { message: lines[0], author_id: "1", author_name: "a", thread_id: "t", thread_type: "GROUP" };
      if (okay(await api.send("POST /api/bot/{bot_id}/messages", { params, body: message })))
        confirmed.messages.push(lines[0]!);
      const polled = await api.send("GET /api/bot/{bot_id}/commands", { params, query: { lease: LEASE_S } });
      if (!okay(polled)) return;
      for (const { id, attempts } of polled.json.commands) {
        confirmed.handed.set(id, attempts);
        // Lease one in five without acking it, as a bot that dies would.
        if (Math.random() < 0.2) continue;
        const status = Math.random() < 0.5 ? "completed" : "failed";
        const ack = await api.send("POST /api/commands/{command_id}/ack", {
          params: { command_id: id },
          body: { status, result: { round } },
        });
        // An ack whose answer was lost in an earlier round may have been stored. Contradicting it is 409, which is final.
        if (ack.status === 409) confirmed.acked.set(id, ack.json.details.command.status);
        else if (okay(ack)) confirmed.acked.set(id, status);
      }
    });
  const sender = (first: number) =>
    untilGone(gone, async (attempt) => {
      const bot = bots[(first + attempt * SENDERS) % bots.length]!;
      const body = { bot_id: bot.id, type: "work", payload: { attempt } };
      const answer = await admin.send("POST /api/commands", { body });
      if (okay(answer)) confirmed.sent.push(answer.json.command.id);
    });
  const senders = Array.from({ length: SENDERS }, (_, first) => sender(first));
  await Promise.all([...bots.map(life), ...senders]);
  expect(unexpected).toEqual([]);
}

it("keeps every write that was answered 200, however often the server is killed", { timeout: 180_000 }, async () => {
  const folder = temporaryFolder();
  const database = await databases.at(-1)!.open();
  const start = () => startServer({ DATA_DIR: folder, DATABASE_URL: database.url });
  const confirmed: Confirmed = { logs: [], messages: [], sent: [], acked: new Map(), handed: new Map() };
  const bots: Bot[] = [];
  let server = await start();
  try {
    const began = Date.now();
    const admin = () => new Api(server.url, { authorization: `Bearer ${API_TOKEN}` });
    for (let index = 0; index < BOTS; index++) {
      const { json } = await admin().send("POST /api/my-bots", { body: { name: `bot ${index}` } });
      bots.push({ id: json.bot_id, token: json.token });
    }
    let rounds = 0;
    while (rounds < ROUNDS && (rounds < 3 || Date.now() - began < BUDGET_MS)) {
      let gone = false;
      const running = load(server, bots, rounds, confirmed, () => gone);
      // Count from the first answers, so that the kill happens during work and not during the start.
      const before = confirmed.logs.length;
      while (confirmed.logs.length === before) await sleep(10);
      await sleep(200 + Math.random() * 1800);
      await server.kill();
      gone = true;
      await running;
      rounds++;
      server = await start();
    }

    // Kill once more while commands are certainly leased and not acknowledged.
    for (const bot of bots.slice(0, 5)) {
      const sent = await admin().send("POST /api/commands", { body: { bot_id: bot.id, type: "left" } });
      confirmed.sent.push(sent.json.command.id);
      const api = new Api(server.url, { authorization: `Bearer ${bot.token}` });
      const query = { limit: 100, lease: LEASE_S };
      const { json } = await api.send("GET /api/bot/{bot_id}/commands", { params: { bot_id: bot.id }, query });
      for (const { id, attempts } of json.commands) confirmed.handed.set(id, attempts);
    }
    await server.kill();
    server = await start();

    // Commands leased and never acknowledged in any round return, and each is settled once.
    const waiting = new Set(confirmed.sent.filter((id) => !confirmed.acked.has(id)));
    let returned = 0;
    for (let tries = 0; waiting.size > 0 && tries < 20; tries++) {
      await Promise.all(
        bots.map(async (bot) => {
          const api = new Api(server.url, { authorization: `Bearer ${bot.token}` });
          const query = { limit: 100, lease: 60, wait: 1 };
          const { json } = await api.send("GET /api/bot/{bot_id}/commands", { params: { bot_id: bot.id }, query });
          for (const { id, attempts } of json.commands) {
            const before = confirmed.handed.get(id);
            if (before !== undefined) {
              returned++;
              expect(attempts).toBeGreaterThan(before);
            }
            const ack = await api.send("POST /api/commands/{command_id}/ack", { params: { command_id: id }, body: {} });
            expect(ack.status).toBe(200);
            confirmed.acked.set(id, "completed");
          }
        }),
      );
      const pending = await admin().send("GET /api/commands", { query: { status: "pending", limit: 500 } });
      if (pending.json.count === 0) break;
    }
    expect(await server.stop()).toBe(0);

    const rows = await database.all<{ id: string; bot_id: string; status: string }>(
      "SELECT id, bot_id, status FROM command",
    );
    const status = new Map(rows.map((row) => [row.id, row.status]));
    expect(confirmed.sent.filter((id) => !status.has(id))).toEqual([]);
    expect(rows.filter((row) => row.status === "pending")).toEqual([]);
    expect([...confirmed.acked].filter(([id, said]) => status.get(id) !== said)).toEqual([]);
    const texts = async (table: string) =>
      (await database.all<{ message: string }>(`SELECT message FROM ${table}`)).map((row) => row.message);
    const [logs, messages] = [await texts("log"), await texts("message")];
    expect(
      confirmed.logs.filter(
        (
          (all) => (line: string) =>
            !all.has(line)
        )(new Set(logs)),
      ),
    ).toEqual([]);
    expect(
      confirmed.messages.filter(
        (
          (all) => (line: string) =>
            !all.has(line)
        )(new Set(messages)),
      ),
    ).toEqual([]);
    // A batch is stored whole: all three lines or none. Nothing is stored twice.
    expect(logs.length % 3).toBe(0);
    expect(new Set(logs).size).toBe(logs.length);
    // The counters of bots equal the number of rows.
    const [sums] = await database.all<Record<string, number>>(
      "SELECT sum(total_logs) AS logs, sum(total_messages) AS messages, sum(total_commands) AS commands, sum(pending_commands) AS pending, sum(completed_commands) + sum(failed_commands) AS settled FROM bot",
    );
    expect(Object.fromEntries(Object.entries(sums!).map(([name, sum]) => [name, Number(sum)]))).toEqual({
      logs: logs.length,
      messages: messages.length,
      commands: rows.length,
      pending: 0,
      settled: rows.length,
    });
    if (database.url.startsWith("file:"))
      expect(await database.all("PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
    // Prove that the test did its job: work happened in every round, and commands returned.
    expect(confirmed.logs.length).toBeGreaterThanOrEqual(rounds * 3);
    expect(returned).toBeGreaterThanOrEqual(5);
    console.log(
      `killed ${rounds} times: ${confirmed.logs.length} logs, ${confirmed.messages.length} messages, ${confirmed.sent.length} commands, ${confirmed.acked.size} acks kept; ${returned} came back after their lease`,
    );
  } finally {
    await server.kill();
    await database.close();
    removeFolder(folder);
  }
});
