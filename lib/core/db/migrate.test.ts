import { createHash } from "node:crypto";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { runProcess } from "@/tests/db/processes";
import { migrate } from "./migrate";

const FIRST = "20260101000000_first";
const SECOND = "20260102000000_second";

describe.each(databases)("migrate on $provider", ({ provider, openEmpty }) => {
  let database: TestDatabase;
  let folder: string;

  /** Adds a migration to the test's own folder. */
  const add = (name: string, sql: string) => {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, "migration.sql"), sql);
  };
  const rows = <Row>(sql: string) => database.all<Row>(sql);
  const history = () =>
    rows<{ migration_name: string }>('SELECT migration_name FROM "_prisma_migrations" ORDER BY migration_name');

  beforeEach(async () => {
    database = await openEmpty();
    folder = mkdtempSync(join(tmpdir(), "muster-migrations-"));
    add(FIRST, 'CREATE TABLE "one" (id INTEGER PRIMARY KEY, name TEXT);\nCREATE TABLE "two" (id INTEGER PRIMARY KEY);');
  });
  afterEach(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("applies this project's own migrations to an empty database, and nothing the second time", async () => {
    const first = await migrate(database.url);
    expect(first.map((name) => name.replace(/^\d+_/, "")).slice(0, 2)).toEqual(["init", "full_text_search"]);
    expect(await migrate(database.url)).toEqual([]);
    expect(await rows('SELECT * FROM "bot"')).toEqual([]);
    expect(await rows('SELECT * FROM "log_fts"')).toEqual([]);
  });

  it("records what Prisma's own tool would", async () => {
    const before = Date.now();
    await migrate(database.url, folder);
    const milliseconds = (column: string) =>
      provider === "sqlite" ? column : `(extract(epoch from ${column}) * 1000)::float8`;
    const [row] = await rows<Record<string, unknown>>(
      `SELECT id, checksum, migration_name, logs, rolled_back_at, applied_steps_count,
       ${milliseconds("started_at")} AS started, ${milliseconds("finished_at")} AS finished FROM "_prisma_migrations"`,
    );
    expect(row).toMatchObject({ migration_name: FIRST, logs: null, rolled_back_at: null, applied_steps_count: 1 });
    expect(row!.id).toMatch(/^[0-9a-f-]{36}$/);
    const text =
      'CREATE TABLE "one" (id INTEGER PRIMARY KEY, name TEXT);\nCREATE TABLE "two" (id INTEGER PRIMARY KEY);';
    expect(row!.checksum).toBe(createHash("sha256").update(text).digest("hex"));
    expect(row!.started).toBeGreaterThanOrEqual(before);
    expect(row!.finished).toBeLessThanOrEqual(Date.now());
  });

  it("applies only what is pending", async () => {
    await migrate(database.url, folder);
    add(SECOND, 'ALTER TABLE "one" ADD COLUMN extra TEXT;');
    expect(await migrate(database.url, folder)).toEqual([SECOND]);
    expect(await rows('SELECT extra FROM "one"')).toEqual([]);
  });

  it("keeps nothing of a file that fails half-way, names it, and can be repeated once mended", async () => {
    add(
      SECOND,
      'CREATE TABLE "three" (id INTEGER);\nINSERT INTO "one" (id) VALUES (1);\nINSERT INTO "missing" VALUES (1);',
    );
    await expect(migrate(database.url, folder)).rejects.toThrow(new RegExp(`${SECOND} failed.*missing`, "s"));
    expect(await history()).toEqual([{ migration_name: FIRST }]);
    expect(await rows('SELECT * FROM "one"')).toEqual([]);
    await expect(rows('SELECT * FROM "three"')).rejects.toThrow();
    add(SECOND, 'CREATE TABLE "three" (id INTEGER);');
    expect(await migrate(database.url, folder)).toEqual([SECOND]);
  });

  it("refuses a file that ends the transaction itself", async () => {
    add(SECOND, 'CREATE TABLE "three" (id INTEGER);\nCOMMIT;\nDROP TABLE "one";');
    await expect(migrate(database.url, folder)).rejects.toThrow(/begins or ends a transaction itself/);
  });

  it("refuses a history this code does not know", async () => {
    add(SECOND, 'CREATE TABLE "three" (id INTEGER);');
    await migrate(database.url, folder);
    rmSync(join(folder, SECOND), { recursive: true });
    await expect(migrate(database.url, folder)).rejects.toThrow(new RegExp(`${SECOND}.*newer version`));
  });

  it("refuses a changed file", async () => {
    await migrate(database.url, folder);
    add(FIRST, 'CREATE TABLE "one" (id INTEGER);');
    await expect(migrate(database.url, folder)).rejects.toThrow(new RegExp(`${FIRST} was changed`));
  });

  it("refuses a half-applied migration, and goes on once it is marked as rolled back", async () => {
    await migrate(database.url, folder);
    add(SECOND, 'CREATE TABLE "three" (id INTEGER);');
    await database.run(
      `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, applied_steps_count) VALUES ('x', 'y', '${SECOND}', 0)`,
    );
    await expect(migrate(database.url, folder)).rejects.toThrow(new RegExp(`${SECOND} was started and never finished`));
    await expect(rows('SELECT * FROM "three"')).rejects.toThrow();
    await database.run(`UPDATE "_prisma_migrations" SET rolled_back_at = current_timestamp WHERE id = 'x'`);
    expect(await migrate(database.url, folder)).toEqual([SECOND]);
  });

  it("lets one of several processes that start at once apply, once", async () => {
    add(SECOND, `INSERT INTO "one" (id, name) VALUES (1, 'once');`);
    const results = await Promise.all(
      Array.from({ length: 3 }, () => runProcess("tests/db/migrate-process.mts", [database.url, folder])),
    );
    expect(results.map((result) => result.code)).toEqual([0, 0, 0]);
    const applied = results.flatMap((result) => JSON.parse(result.stdout) as string[]);
    expect(applied.sort()).toEqual([FIRST, SECOND]);
    expect(await rows('SELECT name FROM "one"')).toEqual([{ name: "once" }]);
  });
});

describe("migrate on sqlite", () => {
  it("keeps the children of a table that is redefined", async () => {
    const folder = mkdtempSync(join(tmpdir(), "muster-migrations-"));
    const file = join(folder, "data", "test.db");
    try {
      const own = join(folder, "migrations");
      cpSync(resolve("prisma/migrations/sqlite"), own, { recursive: true });
      await migrate(`file:${file}`, own);
      const raw = new DatabaseSync(file);
      raw.exec(`INSERT INTO user (id, username, email, created_at) VALUES (1, 'a', 'a@b', 0);
        INSERT INTO session (id, session_token, user_id, expires, created_at, last_seen_at) VALUES ('s', 't', 1, 0, 0, 0)`);
      raw.close();
      mkdirSync(join(own, "29990101000000_redefine"));
      writeFileSync(
        join(own, "29990101000000_redefine", "migration.sql"),
        `PRAGMA foreign_keys=OFF; CREATE TABLE new_user AS SELECT * FROM user; DROP TABLE user;
         CREATE TABLE user (id INTEGER PRIMARY KEY, username TEXT NOT NULL); INSERT INTO user SELECT id, username FROM new_user;
         DROP TABLE new_user; PRAGMA foreign_keys=ON;`,
      );
      await migrate(`file:${file}`, own);
      const again = new DatabaseSync(file);
      expect(again.prepare("SELECT id FROM session").all()).toMatchObject([{ id: "s" }]);
      again.close();

      mkdirSync(join(own, "29990102000000_orphan"));
      writeFileSync(join(own, "29990102000000_orphan", "migration.sql"), "DELETE FROM user;");
      await expect(migrate(`file:${file}`, own)).rejects.toThrow(/orphan failed.*session.*missing rows of user/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

it("makes a SQLite file that other users of the machine cannot read, in whatever folder", async () => {
  const folder = mkdtempSync(join(tmpdir(), "muster-shared-"));
  try {
    chmodSync(folder, 0o755);
    const file = join(folder, "muster.db");
    await migrate(`file:${file}`);
    expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
