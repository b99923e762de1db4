/**
 * Applies pending migrations at start. Keeps Prisma's own record (`_prisma_migrations`, same columns, same SHA-256), so
 * Prisma's tools read the same history. Each migration and its record are one transaction under one lock: a file that
 * fails half-way leaves nothing, and of several processes starting at once one applies and the others wait, then find
 * nothing to do. Authoring and the drift check: scripts/migrate.mts.
 */
import { createHash, randomUUID } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { env } from "@/lib/core/env";
import { sqliteFile } from "./client";
import type { Sql } from "./sql";
import { openFile, SqliteStatement } from "./sqlite";

type Provider = "sqlite" | "postgresql";
type Migration = { name: string; sql: string; checksum: string };
type Applied = { migration_name: string; checksum: string; finished: number };

/** The operations that a migration needs from a database. `$1`… mark parameters. */
interface Connection {
  readonly provider: Provider;
  /** Opens a transaction and waits until it holds the lock that keeps other migrating processes out. */
  begin(): Promise<void>;
  /** Any number of statements, no parameters. */
  script(sql: string): Promise<void>;
  all<Row>(sql: string, params?: (string | number)[]): Promise<Row[]>;
  /** @throws Error when rows now break a foreign key (SQLite's own check is off meanwhile) */
  check(): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  close(): Promise<void>;
}

const RECORD: Record<Provider, string> = {
  sqlite: `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id" TEXT PRIMARY KEY NOT NULL, "checksum" TEXT NOT NULL, "finished_at" DATETIME, "migration_name" TEXT NOT NULL,
    "logs" TEXT, "rolled_back_at" DATETIME, "started_at" DATETIME NOT NULL DEFAULT current_timestamp,
    "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0)`,
  postgresql: `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id" VARCHAR(36) PRIMARY KEY NOT NULL, "checksum" VARCHAR(64) NOT NULL, "finished_at" TIMESTAMPTZ,
    "migration_name" VARCHAR(255) NOT NULL, "logs" TEXT, "rolled_back_at" TIMESTAMPTZ,
    "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(), "applied_steps_count" INTEGER NOT NULL DEFAULT 0)`,
};
/** Prisma writes SQLite times as epoch milliseconds. */
const TIME: Record<Provider, (parameter: string) => string> = {
  sqlite: (parameter) => parameter,
  postgresql: (parameter) => `to_timestamp(${parameter}::float8 / 1000)`,
};
/** How long a starting process waits for another one's migration. */
const LOCK_WAIT_MS = 300_000;
/** The advisory lock Prisma's own tool takes, so that the two exclude each other as well. */
const PRISMA_LOCK = 72707369;

function openSqlite(url: string): Connection {
  const file = sqliteFile(url);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // Create the file with its own permissions: an existing folder may be readable by others, and SQLite's side files
  // copy the database file's permissions.
  closeSync(openSync(file, "a", 0o600));
  // Redefining a table drops the old one, and with keys enforced that drop would delete the rows that refer to it.
  // The pragma is without effect inside a transaction, so the files' own cannot do it.
  const raw = openFile(file, { timeout: LOCK_WAIT_MS, foreignKeys: false });
  return {
    provider: "sqlite",
    begin: async () => void raw.exec("BEGIN IMMEDIATE"),
    script: async (sql) => void raw.exec(sql),
    all: async <Row>(sql: string, params: (string | number)[] = []) =>
      new SqliteStatement(raw, sql).all(params) as Row[],
    check: async () => {
      const broken = raw.prepare("SELECT * FROM pragma_foreign_key_check").all() as { table: string; parent: string }[];
      if (broken[0])
        throw new Error(`${broken.length} rows (${broken[0].table}) refer to missing rows of ${broken[0].parent}`);
    },
    commit: async () => void raw.exec("COMMIT"),
    rollback: async () => void (raw.isTransaction && raw.exec("ROLLBACK")),
    close: async () => void raw.close(),
  };
}

async function openPostgres(url: string): Promise<Connection> {
  // Loaded only for PostgreSQL, because it takes a considerable part of a start.
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A lost connection fails the running statement anyway; without this listener it would also end the process.
  client.on("error", () => {});
  await client.connect();
  return {
    provider: "postgresql",
    begin: async () => {
      await client.query(`BEGIN; SET LOCAL lock_timeout = ${LOCK_WAIT_MS}`);
      await client.query(`SELECT pg_advisory_xact_lock(${PRISMA_LOCK})`);
    },
    script: async (sql) => void (await client.query(sql)),
    all: async <Row>(sql: string, params: (string | number)[] = []) => (await client.query(sql, params)).rows as Row[],
    check: async () => {}, // PostgreSQL enforces foreign keys during the migration, so there is nothing to check.
    commit: async () => void (await client.query("COMMIT")),
    rollback: async () => void (await client.query("ROLLBACK").catch(() => {})),
    close: () => client.end(),
  };
}

/**
 * Finds prisma/migrations in the working directory or above this file, in the source tree as well as beside the built
 * server.
 */
function migrationsRoot(): string {
  const starts = [process.cwd()];
  for (let at = dirname(fileURLToPath(import.meta.url)); dirname(at) !== at; at = dirname(at)) starts.push(at);
  const found = starts.map((start) => resolve(start, "prisma/migrations")).find((folder) => existsSync(folder));
  if (!found)
    throw new Error(`The folder prisma/migrations was not found from ${starts[0]}: start Muster from its folder`);
  return found;
}

function read(folder: string): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const sql = readFileSync(join(folder, name, "migration.sql"), "utf8");
      if (/^\s*(BEGIN|COMMIT|ROLLBACK)(\s+(TRANSACTION|WORK))?\s*;/im.test(sql))
        throw new Error(`Migration ${name} begins or ends a transaction itself; it must not: each runs in one already`);
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    });
}

/**
 * Returns the first migration that is not applied yet. @throws Error when the recorded history is not this code's
 * history
 */
async function next(connection: Connection, known: Migration[]): Promise<Migration | undefined> {
  await connection.script(RECORD[connection.provider]);
  const applied = await connection.all<Applied>(
    `SELECT migration_name, checksum, CASE WHEN finished_at IS NULL THEN 0 ELSE 1 END AS finished
     FROM "_prisma_migrations" WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  const byName = new Map(known.map((migration) => [migration.name, migration]));
  for (const row of applied) {
    const name = row.migration_name;
    if (!row.finished)
      throw new Error(
        `Migration ${name} was started and never finished, so the database may be half changed. Restore a backup, or mend it ` +
          `by hand and set finished_at (applied) or rolled_back_at (undone) in _prisma_migrations; then start again`,
      );
    const migration = byName.get(name);
    if (!migration)
      throw new Error(
        `The database has migration ${name}, which this version does not know: a newer version wrote it. Start that version, or restore the backup made before it`,
      );
    if (migration.checksum !== row.checksum)
      throw new Error(
        `Migration ${name} was changed after it was applied (its checksum differs). Restore its file; put changes in a new migration`,
      );
  }
  const done = new Set(applied.map((row) => row.migration_name));
  return known.find((migration) => !done.has(migration.name));
}

async function apply(connection: Connection, migration: Migration): Promise<void> {
  const started = Date.now();
  try {
    await connection.script(migration.sql);
    await connection.check();
    const time = TIME[connection.provider];
    await connection.all(
      `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, ${time("$4")}, ${time("$5")}, 1)`,
      [randomUUID(), migration.checksum, migration.name, started, Date.now()],
    );
    await connection.commit();
  } catch (error) {
    throw new Error(`Migration ${migration.name} failed and nothing of it was kept: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/**
 * Brings the database to this code's schema.
 *
 * @param url    database; DATABASE_URL when left out
 * @param folder holds one folder per migration, each with a migration.sql; prisma/migrations/<provider> when left out
 * @returns names of the migrations applied now, oldest first; empty when there was nothing to do
 * @throws Error, having changed nothing, when a migration fails (it is named), when one was left half applied, when an
 *   applied file was changed since, or when the database holds migrations this code does not know
 */
export async function migrate(url: string = env.DATABASE_URL, folder?: string): Promise<string[]> {
  const provider: Provider = url.startsWith("file:") ? "sqlite" : "postgresql";
  const known = read(folder ?? join(migrationsRoot(), provider));
  const connection = provider === "sqlite" ? openSqlite(url) : await openPostgres(url);
  const names: string[] = [];
  try {
    for (;;) {
      // Read the history again under the lock before each migration, because another process may have applied some in
      // between.
      await connection.begin();
      const migration = await next(connection, known);
      if (!migration) break;
      await apply(connection, migration);
      names.push(migration.name);
    }
    await connection.commit();
    return names;
  } catch (error) {
    await connection.rollback();
    throw error;
  } finally {
    await connection.close();
  }
}

/**
 * Returns whether the database has every migration of this code. Only reads. @throws what the database says when it has
 * no history
 */
export async function isMigrated(sql: Pick<Sql, "provider" | "all">): Promise<boolean> {
  const applied = await sql.all<{ name: string }>(
    `SELECT migration_name AS name FROM "_prisma_migrations" WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`,
  );
  const names = new Set(applied.map(({ name }) => name));
  return read(join(migrationsRoot(), sql.provider)).every(({ name }) => names.has(name));
}
