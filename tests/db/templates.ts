/**
 * Databases that are migrated once and copied from then on: replaying every migration takes half a second, a copy a few
 * milliseconds. A template's name holds the checksum of the migrations it was made of, so that a new one is never missed.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { runProcess } from "./processes";

const FOLDER = "node_modules/.cache/muster-tests";
/** A key of our own choice: any number that nothing else in a test cluster locks. */
const TEMPLATE_LOCK = 5_180_391;

function checksum(provider: "sqlite" | "postgresql"): string {
  const root = `prisma/migrations/${provider}`;
  const hash = createHash("sha256");
  for (const name of readdirSync(root).sort())
    if (statSync(join(root, name)).isDirectory())
      hash.update(name).update(readFileSync(join(root, name, "migration.sql")));
  return hash.digest("hex").slice(0, 16);
}

/** Migrates in a process of its own: the code under test must not find a database open that it did not open itself. */
async function migrateAt(url: string): Promise<void> {
  const { code } = await runProcess("tests/db/migrate-process.mts", [url]);
  if (code !== 0) throw new Error(`The template ${url} could not be migrated`);
}

const isThere = (file: string): boolean => statSync(file, { throwIfNoEntry: false }) !== undefined;

/** Returns the path of a SQLite file that has every migration and no row. */
export async function sqliteTemplate(): Promise<string> {
  const file = join(FOLDER, `${checksum("sqlite")}.db`);
  if (isThere(file)) return file;
  mkdirSync(FOLDER, { recursive: true });
  // Several callers may start at once, even in one process. Each makes its own template, and the last rename wins.
  const draft = join(FOLDER, `draft-${randomUUID()}.db`);
  await migrateAt(`file:${draft}`);
  renameSync(draft, file);
  return file;
}

/** Returns the name of a migrated database without rows in the cluster that `admin` is connected to. */
export async function postgresTemplate(admin: pg.Client, urlOf: (name: string) => string): Promise<string> {
  const name = `muster_template_${checksum("postgresql")}`;
  const isMade = async () => {
    const { rows } = await admin.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    return rows.length > 0;
  };
  if (await isMade()) return name;
  await admin.query("SELECT pg_advisory_lock($1)", [TEMPLATE_LOCK]);
  try {
    if (await isMade()) return name;
    // Rename it when it is complete, so that nothing copies a partial template.
    const draft = `${name}_draft`;
    await admin.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
    await admin.query(`CREATE DATABASE ${draft}`);
    await migrateAt(urlOf(draft));
    await admin.query(`ALTER DATABASE ${draft} RENAME TO ${name}`);
    return name;
  } finally {
    await admin.query("SELECT pg_advisory_unlock($1)", [TEMPLATE_LOCK]);
  }
}
