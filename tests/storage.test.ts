/**
 * The server when its disk refuses writes, fills up, or another program locks the database. A limit on the size of the
 * process's files (RLIMIT_FSIZE) simulates a full disk without privileges. Writes answered 200 must be stored, writes
 * answered 503 must not and must carry Retry-After, and everything must recover by itself.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, Api, type Json } from "./api";
import { aBot, aUser, type TestBot, type TestUser, theAdmin } from "./factories";
import { removeFolder, type ServerProcess, startServer, temporaryFolder } from "./process";
import { postgresRestarts } from "./restarts";
import { closeSockets, connected } from "./sockets";
import { filesStandin } from "./standins/files";
import { aTicket, on, T } from "./tickets";

let folder: string;
let server: ServerProcess;
let files: Awaited<ReturnType<typeof filesStandin>>;
let admin: TestUser;
let ada: TestUser;
let bot: TestBot;
let ticket: Json;
const file = () => join(folder, "muster.db");
const start = () => startServer({ DATA_DIR: folder, OUTBOUND_ALLOW_CIDRS: "127.0.0.2" });
beforeAll(async () => {
  folder = temporaryFolder();
  files = await filesStandin();
  server = await start();
  admin = await theAdmin(server.url);
  ada = await aUser("user", server.url);
  bot = await aBot(ada);
  ticket = await aTicket(ada);
});
afterAll(async () => {
  closeSockets();
  await server.kill();
  await files.close();
  removeFolder(folder);
});

/** Bytes of the database's largest file. Its log may be larger than the file that it is copied into now and then. */
const databaseBytes = () => Math.max(...[file(), `${file()}-wal`].map((path) => statSync(path).size));

/** Limits the size of every file of the server; Infinity removes the limit. */
function room(bytes: number) {
  const soft = bytes === Number.POSITIVE_INFINITY ? "unlimited" : bytes;
  const { status, stderr } = spawnSync("prlimit", ["--pid", String(server.child.pid), `--fsize=${soft}:unlimited`]);
  expect([status, String(stderr)]).toEqual([0, ""]);
}

async function upload(): Promise<Answer> {
  const form = new FormData();
  form.set("file", new Blob(["some words"], { type: "text/plain" }), "notes.txt");
  const url = `${server.url}/api/tickets/${ticket.ticket_id}/attachments`;
  const response = await fetch(url, { method: "POST", body: form, headers: ada.api.headers });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: JSON.parse(text) };
}
const params = () => ({ bot_id: bot.id });
let line = 0;
/** All kinds of writes, each with its own path through the server. */
const WRITES: Record<string, () => Promise<Answer>> = {
  "a log": () => bot.api.send("POST /api/bot/{bot_id}/logs", { params: params(), body: { message: `log ${++line}` } }),
  "a message": () =>
    bot.api.send("POST /api/bot/{bot_id}/messages", {
      params: params(),
      body: { message: "m", author_id: "1", author_name: "a", thread_id: "t", thread_type: "GROUP" },
    }),
  "a command": () => ada.api.send("POST /api/commands", { body: { bot_id: bot.id, type: "work", payload: {} } }),
  settings: () =>
    ada.api.send("PUT /api/bot/{bot_id}/settings", { params: params(), body: { settings: { n: ++line } } }),
  "a bot": () => ada.api.send("POST /api/my-bots", { body: { name: `Bot ${++line}` } }),
  "an API key": () => ada.api.send("POST /api/auth/api-keys", { body: { name: `key ${++line}`, scope: "read" } }),
  "a ticket": () =>
    ada.api.send("POST /api/tickets", {
      body: { type: "Support", subject: `Subject ${++line}`, description: "It does not work at all." },
    }),
  "a ticket's message": () => ada.api.send(`POST ${T}/messages`, { ...on(ticket), body: { content: `m ${++line}` } }),
  "a ticket's file": upload,
  "a transfer": () => ada.api.send("POST /api/download", { body: { url: `${files.url}/f/small.bin?size=1000` } }),
  "a section of the configuration": () =>
    admin.api.send("PUT /api/config/general", { body: { bot_name: `Bot ${++line}` } }),
  "an alert": () => admin.api.send("POST /api/alerts", { body: { level: "warning", message: `alert ${++line}` } }),
  "a backup": () => admin.api.send("POST /api/backups", { body: {} }),
};

function refused(answer: Answer, what: string) {
  expect([what, answer.status, answer.text.slice(0, 300)]).toEqual([what, 503, expect.stringContaining("UNAVAILABLE")]);
  expect([what, Number(answer.headers.get("retry-after"))]).toEqual([what, expect.toSatisfy((s) => s >= 1)]);
}

describe("on a disk that refuses writes", () => {
  it.each(Object.keys(WRITES))("%s: stored, then refused with 503 and when to come back, then stored", async (what) => {
    const write = WRITES[what]!;
    const well = await write();
    expect([200, 201], `${what}: ${well.text}`).toContain(well.status);
    room(0);
    try {
      refused(await write(), what);
      // The second failure has its own cause.
      refused(await write(), what);
    } finally {
      room(Number.POSITIVE_INFINITY);
    }
    const again = await write();
    expect([200, 201], `${what}: ${again.text}`).toContain(again.status);
  });

  it("reads are still served, and bots get 503 by socket too", async () => {
    const { client } = await connected({ token: bot.token, url: server.url });
    room(0);
    try {
      const answer = await client.timeout(150_000).emitWithAck("log", { message: "by socket" });
      expect(answer).toMatchObject({ code: "UNAVAILABLE" });
      for (const line of ["GET /api/my-bots", "GET /api/logs", "GET /api/commands", "GET /api/tickets"])
        expect([line, (await ada.api.send(line)).status]).toEqual([line, 200]);
    } finally {
      room(Number.POSITIVE_INFINITY);
    }
    expect(await client.timeout(150_000).emitWithAck("log", { message: "by socket" })).toMatchObject({ status: "ok" });
  });

  it("a running download fails and says why", async () => {
    const url = `${files.url}/f/slow.bin?size=60000000&bps=4000000&ranges=no`;
    const { json } = await ada.api.send("POST /api/download", { body: { url } });
    const task = async () =>
      (await ada.api.send("GET /api/tasks/{task_id}", { params: { task_id: json.taskId } })).json;
    await expect.poll(async () => (await task()).downloadedBytes).toBeGreaterThan(0);
    // The database can still grow this much, the file cannot.
    room(databaseBytes() * 2);
    try {
      await expect.poll(async () => (await task()).status).toBe("failed");
    } finally {
      room(Number.POSITIVE_INFINITY);
    }
    expect((await task()).error).toMatch(/disk/i);
  });
});

it("on a disk that fills up, exactly the writes answered 200 are stored, also after a restart", async () => {
  room(databaseBytes() + 1_000_000);
  const stored: string[] = [];
  const lost: string[] = [];
  const filler = "x".repeat(2_000);
  try {
    for (let round = 0; round < 400 && lost.length < 60; round++) {
      const wanted = Array.from({ length: 20 }, (_, n) => `filling ${round}/${n}`);
      const answers = await Promise.all(
        wanted.map((message) =>
          bot.api.send("POST /api/bot/{bot_id}/logs", { params: params(), body: { message, metadata: { filler } } }),
        ),
      );
      answers.forEach((answer, n) => {
        (answer.status === 200 ? stored : lost).push(wanted[n]!);
        if (answer.status !== 200) refused(answer, wanted[n]!);
      });
    }
  } finally {
    room(Number.POSITIVE_INFINITY);
  }
  expect(stored.length).toBeGreaterThan(0);
  expect(lost.length).toBeGreaterThanOrEqual(60);
  const found = async () => {
    const texts: string[] = [];
    for (let cursor = ""; ; ) {
      const query = { bot_id: bot.id, limit: "200", search: "filling", ...(cursor && { cursor }) };
      const { json } = await ada.api.send("GET /api/logs", { query });
      texts.push(...json.logs.map((log: Json) => log.message));
      if (!json.next_cursor) return texts.filter((text) => text.startsWith("filling ")).sort();
      cursor = json.next_cursor;
    }
  };
  expect((await WRITES["a log"]!()).status).toBe(200);
  await expect.poll(found, { interval: 500 }).toEqual([...stored].sort());
  expect(await server.stop()).toBe(0);
  const checked = spawnSync("python3", ["-c", CHECK, file()], { encoding: "utf8" });
  expect([checked.stdout.trim(), checked.stderr]).toEqual(["ok", ""]);
  server = await start();
  ada = { ...ada, api: new Api(server.url, ada.api.headers) };
  bot = { ...bot, api: new Api(server.url, bot.api.headers) };
  admin = { ...admin, api: new Api(server.url, admin.api.headers) };
  expect(await found()).toEqual([...stored].sort());
});

const CHECK = `import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute("PRAGMA integrity_check").fetchone()[0])`;
const HOLD = `import sqlite3, sys
c = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
for _ in sys.stdin:
    c.execute("BEGIN IMMEDIATE")
    print("held", flush=True)
    sys.stdin.readline()
    c.execute("ROLLBACK")
    print("given back", flush=True)`;

it("while another program locks the database, reads are served and writes wait, then get 503", async () => {
  const holder = spawn("python3", ["-c", HOLD, file()], { stdio: ["pipe", "pipe", "inherit"] });
  const toggle = async (said: string) => {
    const answer = once(holder.stdout, "data");
    holder.stdin.write("\n");
    expect(String(await answer).trim()).toBe(said);
  };
  const begin = (...kinds: string[]) => {
    const state = { waiting: kinds.length };
    const all = kinds.map(async (what) => {
      const answer = await WRITES[what]!();
      state.waiting--;
      return { what, answer };
    });
    return { state, all: Promise.all(all) };
  };
  const reads = async () => {
    for (let n = 0; n < 10; n++) expect((await ada.api.send("GET /api/my-bots")).status).toBe(200);
  };
  try {
    // The lock is released in time, so no caller notices.
    await toggle("held");
    const patient = begin("a log", "an API key", "a command");
    await reads();
    expect(patient.state.waiting).toBe(3);
    await toggle("given back");
    for (const { what, answer } of await patient.all) expect([what, answer.status]).toEqual([what, 200]);

    await toggle("held");
    const refusedOnes = begin("a log", "an API key", "a command");
    await reads();
    expect(refusedOnes.state.waiting).toBe(3);
    for (const { what, answer } of await refusedOnes.all) refused(answer, what);
    await toggle("given back");
    for (const { what, answer } of await begin("a log", "an API key", "a command").all)
      expect([what, answer.status]).toEqual([what, 200]);
  } finally {
    holder.kill();
  }
});

postgresRestarts();
