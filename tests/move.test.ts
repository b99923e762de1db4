/** `npm run move`: a server moves from SQLite to PostgreSQL, and its people, bots and programs notice nothing. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeJson } from "@/lib/core/format/json";
import type { Api, Json } from "./api";
import { databases, type TestDatabase } from "./db/databases";
import { eventually } from "./eventually";
import { aBot, aUser, type TestBot, type TestUser, theAdmin } from "./factories";
import { freePort, removeFolder, runScript, type ServerProcess, startServer, temporaryFolder } from "./process";

const folder = temporaryFolder();
let target: TestDatabase;
let port: string;
let server: ServerProcess;
let person: TestUser;
let bot: TestBot;
/** Texts and numbers that a careless copy changes. */
const LOG = {
  type: "error",
  message: 'tab\t"quotes" \\ 😀 \u2028 line\nend',
  metadata: { guild: 1497549923779084388n, share: 0.1 },
};

beforeAll(async () => {
  target = await databases.at(-1)!.openEmpty();
  // Always the same, so that clients need not know of a restart.
  port = String(await freePort());
  await start();
  person = await aUser("user", server.url);
  bot = await aBot(person, { name: "Émile 🤖" });
});
const start = async (env: Record<string, string> = {}) => {
  server = await startServer({ DATA_DIR: folder, PORT: port, ...env });
};
afterAll(async () => {
  expect(await server?.stop()).toBe(0);
  await target?.close();
  removeFolder(folder);
});

const move = (...args: string[]) => runScript(folder, "dist/move.mjs", args);
function edit(sql: string) {
  const raw = new DatabaseSync(join(folder, "muster.db"));
  raw.exec(sql);
  raw.close();
}
const params = () => ({ bot_id: bot.id });

/** Reads what the person sees of their bot, as the bytes of the answers. */
async function everything(): Promise<Json> {
  const { api } = person;
  const read = async (line: Parameters<Api["send"]>[0], input: Parameters<Api["send"]>[1] = {}) => {
    const { status, text } = await api.send(line, input);
    expect(status, text).toBe(200);
    return text;
  };
  return {
    me: await read("GET /api/auth/me"),
    bots: await read("GET /api/my-bots"),
    logs: await read("GET /api/logs", { query: { bot_id: bot.id } }),
    commands: await read("GET /api/commands", { query: { bot_id: bot.id } }),
    teams: await read("GET /api/teams"),
  };
}

it("refuses while the server runs, and what is no address of PostgreSQL", () => {
  expect(move(target.url)).toMatchObject({ status: 1, stderr: expect.stringContaining("another Muster") });
  expect(move()).toMatchObject({ status: 64, stdout: expect.stringContaining("usage: npm run move") });
  expect(move("file:other.db")).toMatchObject({ status: 1, stderr: expect.stringContaining("usage: npm run move") });
});

it("moves everything: sign-ins, tokens and keys work, lists answer the same bytes, search finds, and numbers go on", async () => {
  await bot.api.send("POST /api/bot/{bot_id}/logs", { params: params(), body: writeJson(LOG) });
  await person.api.send("POST /api/commands", {
    body: writeJson({ bot_id: bot.id, type: "ping", payload: { id: 1497549923779084389n } }),
  });
  // A number of a deleted account must not be given again: it may still stand in a token or in the audit log.
  const last = await aUser("user", server.url);
  await server.stop();
  edit(`DELETE FROM "user" WHERE id = ${last.id}`);
  await start();
  const before = await everything();
  expect(await server.stop()).toBe(0);

  // PostgreSQL stores no NUL, so this row cannot be moved; an attempt that failed can be repeated.
  edit("INSERT INTO setting (key, value) VALUES ('broken', 'a' || char(0))");
  expect(move(target.url)).toMatchObject({ status: 1, stderr: expect.stringMatching(/^move: nothing was moved: /) });
  edit("DELETE FROM setting WHERE key = 'broken'");
  const moved = move(target.url);
  expect(moved).toMatchObject({ status: 0, stderr: "" });
  expect(moved.stdout).toMatch(/checked {2}log: 1 rows[\s\S]*Moved \d+ rows of \d+ tables to /);
  expect(moved.stdout).not.toContain(new URL(target.url).password || "never printed");
  // The rows of a move that was repeated would be there twice.
  expect(move(target.url)).toMatchObject({ status: 1, stderr: expect.stringContaining("is not empty") });

  await start({ DATABASE_URL: target.url });
  expect(await everything()).toEqual(before);
  await eventually(async () => {
    const found = await person.api.send("GET /api/logs", { query: { bot_id: bot.id, search: "quotes" } });
    expect(found.json.logs).toHaveLength(1);
  });
  expect((await aUser("user", server.url)).id).toBeGreaterThan(last.id);
  expect((await bot.api.send("POST /api/bot/{bot_id}/logs", { params: params(), body: writeJson(LOG) })).status).toBe(
    200,
  );
  const { json } = await (await theAdmin(server.url)).api.send("GET /api/audit", {
    query: { action: "beginDatabaseMove" },
  });
  const begun = { by: { kind: "cli" }, after: { to: expect.stringContaining(new URL(target.url).host) } };
  expect(json.entries).toMatchObject([begun, begun]);
});
