/**
 * Throw-away databases for tests: always SQLite; PostgreSQL when TEST_POSTGRES_URL names a server
 * (node scripts/postgres.mjs run -- <command>). `open()` gives a migrated one without rows, `openEmpty()` one without
 * tables.
 */
import { randomUUID } from "node:crypto";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import { postgresTemplate, sqliteTemplate } from "./templates";

export interface TestDatabase {
  /** The address in the form of DATABASE_URL. */
  readonly url: string;
  /** Rows as plain objects. A connection of its own, apart from the code under test. */
  all<Row>(sql: string): Promise<Row[]>;
  run(sql: string): Promise<void>;
  /** Closes and removes the database. */
  close(): Promise<void>;
}

async function openSqlite(template?: string): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), "muster-db-"));
  const file = join(folder, "test.db");
  if (template) copyFileSync(template, file);
  const raw = new DatabaseSync(file, { timeout: 5000 });
  return {
    url: `file:${file}`,
    all: async <Row>(sql: string) => raw.prepare(sql).all() as Row[],
    run: async (sql) => void raw.exec(sql),
    close: async () => {
      raw.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const server = process.env.TEST_POSTGRES_URL;

function urlOf(database: string): string {
  const url = new URL(server!);
  url.pathname = `/${database}`;
  return url.href;
}

async function openPostgres(isMigrated: boolean): Promise<TestDatabase> {
  const name = `muster_test_${randomUUID().replaceAll("-", "")}`;
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  const template = isMigrated ? await postgresTemplate(admin, urlOf) : "template1";
  await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = urlOf(name);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    url,
    all: async <Row>(sql: string) => (await client.query(sql)).rows as Row[],
    run: async (sql) => void (await client.query(sql)),
    close: async () => {
      await client.end();
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.end();
    },
  };
}

/** One statement on a database that a server under test has open. */
export async function runOn(url: string, sql: string): Promise<void> {
  if (url.startsWith("file:")) {
    const raw = new DatabaseSync(url.slice("file:".length), { timeout: 5000 });
    raw.exec(sql);
    raw.close();
    return;
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql);
  await client.end();
}

/** For describe.each: what this run can test against. */
export type Databases = {
  provider: "sqlite" | "postgresql";
  open: () => Promise<TestDatabase>;
  openEmpty: () => Promise<TestDatabase>;
};
export const databases: Databases[] = [
  { provider: "sqlite", open: async () => openSqlite(await sqliteTemplate()), openEmpty: () => openSqlite() },
  ...(server
    ? [{ provider: "postgresql" as const, open: () => openPostgres(true), openEmpty: () => openPostgres(false) }]
    : []),
];
