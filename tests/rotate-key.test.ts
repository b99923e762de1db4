/** `npm run admin -- rotate-key`: every encrypted value is encrypted again, after a kill too, and the server reads on meanwhile. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSealing } from "@/lib/core/secrets";
import { ENCRYPTED, type EncryptedColumn } from "@/scripts/admin/encrypted";
import { Api } from "./api";
import { databases, type TestDatabase } from "./db/databases";
import { addRows } from "./db/rows";
import { aBot, aUser } from "./factories";
import { API_TOKEN, removeFolder, runScript, startServer, temporaryFolder } from "./process";

const [OLD, NEW] = ["the key that everybody has seen by now", "the key that replaces it from today on"];
const [old, present] = [createSealing(OLD), createSealing(NEW)];
const BOTS = 3_000;

type Stored = { key: string | number; value: string };
const read = ({ all }: TestDatabase, { table, key, column }: EncryptedColumn): Promise<Stored[]> =>
  all(`SELECT "${key}" AS key, "${column}" AS value FROM "${table}" WHERE "${column}" IS NOT NULL`);
const textOf = ({ table, column }: EncryptedColumn, at: number) => `${table}.${column} of row ${at}`;
/** A column's value with `text` in it, sealed; a number beside it must not be rounded. */
const holding = ({ field }: EncryptedColumn, sealed: string) =>
  !field
    ? sealed
    : field === "sealed"
      ? `{"id":1497549923779084388,"token":{"sealed":"${sealed}"}}`
      : `{"id":1497549923779084388,"${field}":"${sealed}"}`;
const sealedIn = ({ field }: EncryptedColumn, value: string) =>
  field ? new RegExp(`"${field}":"([^"]+)"`).exec(value)![1]! : value;

async function fill(database: TestDatabase): Promise<void> {
  const tables = Map.groupBy(ENCRYPTED, ({ table }) => table);
  for (const [table, columns] of tables) {
    const count = table === "bot" ? BOTS : columns[0]!.row ? 1 : 3;
    const rows = Array.from({ length: count }, (_, at) => ({
      [columns[0]!.key]: columns[0]!.row ?? (table === "second_factor" ? at + 1 : `${table} ${at}`),
      ...Object.fromEntries(columns.map((column) => [column.column, holding(column, old.seal(textOf(column, at)))])),
    }));
    await addRows(database, table, rows);
  }
  await addRows(database, "setting", [{ key: "other", value: "no secret" }]);
  await addRows(database, "recovery_code", [{ user_id: 1, code_hash: "a" }]);
}

describe.each(databases)("rotate-key on $provider", ({ open }) => {
  let database: TestDatabase;
  const folder = temporaryFolder();
  const keys = { SECRET_KEY: NEW, SECRET_KEY_OLD: OLD };
  const rotate = (env: Record<string, string> = keys) =>
    runScript(folder, "dist/admin.mjs", ["rotate-key"], { DATABASE_URL: database.url, ...env });
  const bots = async () => (await read(database, ENCRYPTED[0]!)).map(({ value }) => value);
  const opens = (sealing: typeof old, value: string) => {
    try {
      return sealing.unseal(value) !== "";
    } catch {
      return false;
    }
  };

  beforeAll(async () => {
    database = await open();
    await fill(database);
  });
  afterAll(async () => {
    await database.close();
    removeFolder(folder);
  });

  it("changes nothing without an old key", () => {
    const refused = rotate({ SECRET_KEY: NEW });
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining("admin: there is no old key") });
  });

  it("leaves values of both keys when it is killed, and goes on from there", async () => {
    const { PATH = "" } = process.env;
    const child = spawn(process.execPath, ["dist/admin.mjs", "rotate-key"], {
      env: { PATH, NODE_ENV: "production", DATA_DIR: folder, DATABASE_URL: database.url, ...keys },
      stdio: ["ignore", "ignore", "pipe"],
    });
    child.stderr.once("data", () => child.kill("SIGKILL"));
    expect((await once(child, "exit"))[1]).toBe("SIGKILL");
    const values = await bots();
    const done = values.filter((value) => opens(present, value)).length;
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(BOTS);
    expect(values.every((value) => opens(present, value) || opens(old, value))).toBe(true);

    const rotated = rotate();
    expect(rotated).toMatchObject({ status: 0 });
    expect(rotated.stdout).toMatch(new RegExp(`bot\\.token_cipher +${BOTS} values, ${BOTS - done} encrypted again`));
    expect(rotated.stdout).toContain("1 people had recovery codes");
  });

  it("has the same text in every column, under the new key alone", async () => {
    for (const column of ENCRYPTED) {
      const rows = (await read(database, column)).filter(({ key }) => key !== "other" && key !== "rotated_key");
      const texts = rows
        .filter(({ key }) => !column.row || key === column.row)
        .map(({ value }) => present.unseal(sealedIn(column, value)));
      expect(texts.sort()).toEqual(Array.from({ length: texts.length }, (_, at) => textOf(column, at)).sort());
      expect(texts.length).toBeGreaterThan(0);
      if (column.field) expect(rows[0]!.value).toContain('{"id":1497549923779084388,');
    }
    expect(await database.all("SELECT value FROM setting WHERE key = 'other'")).toEqual([{ value: "no secret" }]);
  });

  it("keeps recovery codes that were made since, and names values of neither key", async () => {
    await addRows(database, "recovery_code", [{ user_id: 1, code_hash: "new" }]);
    await addRows(database, "mail_message", [{ id: "lost", content: createSealing("a third key").seal("x") }]);
    const repeated = rotate();
    expect(repeated).toMatchObject({ status: 1, stderr: expect.stringContaining("1 values open with neither key") });
    expect(repeated.stdout).toContain("4 values, 0 encrypted again, 1 unreadable: lost");
    expect(await database.all("SELECT code_hash FROM recovery_code")).toEqual([{ code_hash: "new" }]);
  });
});

it("replaces the key file of a server that goes on showing its bots' tokens", async () => {
  const folder = temporaryFolder();
  const [file, oldFile] = ["secret.key", "secret.key.old"].map((name) => join(folder, name)) as [string, string];
  let server = await startServer({ DATA_DIR: folder });
  const person = await aUser("user", server.url);
  const bot = await aBot(person);
  const shown = async () => {
    const api = new Api(server.url).with({ cookie: `session_token=${person.cookie}` });
    return (await api.send("GET /api/my-bots/{bot_id}/token", { params: { bot_id: bot.id } })).json.token;
  };
  const restart = async () => {
    await server.stop();
    server = await startServer({ DATA_DIR: folder });
  };
  expect(await shown()).toBe(bot.token);
  renameSync(file, oldFile);
  await restart();
  expect(existsSync(file)).toBe(true);
  expect(await shown()).toBe(bot.token);
  // Beside the running server.
  expect(runScript(folder, "dist/admin.mjs", ["rotate-key"])).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/bot\.token_cipher +1 values, 1 encrypted again/),
  });
  rmSync(oldFile);
  await restart();
  expect(await shown()).toBe(bot.token);
  const { json } = await new Api(server.url, { authorization: `Bearer ${API_TOKEN}` }).send("GET /api/audit", {
    query: { action: "rotateSecretKey" },
  });
  expect(json.entries).toMatchObject([{ by: { kind: "cli" }, after: { changed: expect.any(Number), unreadable: 0 } }]);
  expect(await server.stop()).toBe(0);
  removeFolder(folder);
});
