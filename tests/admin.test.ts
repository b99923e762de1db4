/** `npm run admin -- password|disk|prune`, beside a running server. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { DiskReport } from "@/scripts/admin/disk";
import { Api } from "./api";
import { databases, type TestDatabase } from "./db/databases";
import { aBot, aUser, signIn, theAdmin } from "./factories";
import { ADMIN, removeFolder, runScript, type ServerProcess, startServer, temporaryFolder } from "./process";

const folder = temporaryFolder();
const NEW_PASSWORD = "another good long password";
let database: TestDatabase;
let server: ServerProcess;
beforeAll(async () => {
  database = await databases.at(-1)!.open();
  server = await startServer({ DATA_DIR: folder, DATABASE_URL: database.url });
});
afterAll(async () => {
  await server.stop();
  await database.close();
  removeFolder(folder);
});
const run = (...args: string[]) => runScript(folder, "dist/admin.mjs", args, { DATABASE_URL: database.url });
const acts = async (action: string) => {
  const { json } = await (await theAdmin(server.url)).api.send("GET /api/audit", { query: { action } });
  return json.entries;
};

it("prints its usage for anything that is no command", () => {
  const usage = { status: 64, stdout: expect.stringContaining("usage: npm run admin") };
  for (const args of [[], ["password"], ["password", "--all"], ["disk", "--dry-run"], ["rotate"]])
    expect(run(...args)).toMatchObject(usage);
});

it("makes a link by which the admin sets a new password, once", async () => {
  expect(run("password", "nobody")).toMatchObject({ status: 1, stderr: 'admin: there is no account "nobody"\n' });
  const made = run("password", ADMIN.username);
  expect(made).toMatchObject({ status: 0, stderr: expect.stringContaining("works once") });
  const token = new URL(made.stdout.trim()).searchParams.get("token");
  const body = { token, new_password: NEW_PASSWORD };
  expect((await new Api(server.url).send("POST /api/auth/reset-password", { body })).status).toBe(200);
  const { api } = await signIn(ADMIN.username, NEW_PASSWORD, server.url);
  const { json } = await api.send("GET /api/audit", { query: { action: "createResetLink" } });
  expect(json.entries).toMatchObject([{ by: { kind: "cli" }, target: { type: "user", name: ADMIN.username } }]);
  expect((await new Api(server.url).send("POST /api/auth/reset-password", { body })).status).not.toBe(200);
  // The other tests sign the admin in with the usual password.
  const again = { old_password: NEW_PASSWORD, new_password: ADMIN.password };
  expect((await api.send("POST /api/auth/change-password", { body: again })).status).toBe(200);
});

it("reports the size of each table and folder", async () => {
  mkdirSync(join(folder, "backups"), { recursive: true });
  writeFileSync(join(folder, "backups", "a_20260101_000000.tar.gz"), Buffer.alloc(3_000_000));
  const report = JSON.parse(run("disk", "--json").stdout) as DiskReport;
  const folders = Object.fromEntries(report.folders.map(({ path, bytes }) => [path, bytes]));
  expect(folders[join(folder, "backups")]).toBeGreaterThanOrEqual(3_000_000);
  expect(report.database.bytes).toBeGreaterThan(100_000);
  expect(report.database.tables.find(({ name }) => name === "log")!.bytes).toBeGreaterThan(0);
  // Indexes count towards their tables.
  expect(report.database.tables.map(({ name }) => name)).not.toContain("log_bot_id_seq_idx");
  expect(report.free_bytes).toBeGreaterThan(0);
  expect(run("disk").stdout).toMatch(/database \((sqlite|postgresql)\)[\s\S]*2\.9 MB {2}.*backups \(1 files\)/);
});

it("counts what the retention policy removes, and removes it now", async () => {
  const person = await aUser("user", server.url);
  const bot = await aBot(person);
  const log = { type: "error", message: "old" };
  for (let count = 0; count < 3; count++)
    await bot.api.send("POST /api/bot/{bot_id}/logs", { params: { bot_id: bot.id }, body: log });
  const day = 86_400_000;
  await database.run(`UPDATE log SET at = ${Date.now() - 900 * day} WHERE seq < (SELECT max(seq) FROM log)`);
  const counted = run("prune", "--dry-run");
  expect(counted).toMatchObject({ status: 0, stdout: expect.stringMatching(/ 2 {2}logs older than \d+ days/) });
  expect(await database.all("SELECT 1 FROM log")).toHaveLength(3);
  expect(run("prune")).toMatchObject({ status: 0, stdout: expect.stringMatching(/ 2 {2}logs removed/) });
  expect(await database.all("SELECT 1 FROM log")).toHaveLength(1);
  expect(await acts("pruneNow")).toMatchObject([{ by: { kind: "cli" }, after: { log: 2, message: 0, command: 0 } }]);
});
