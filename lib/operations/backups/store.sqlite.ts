/**
 * SQLite: the copy is `VACUUM INTO` on a connection of its own in a thread of its own, so that neither the event loop nor
 * a writer waits for it; it is one moment of the database. A restore puts a checked and migrated file in its place.
 */
import { copyFileSync, existsSync, linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { copyFile, open } from "node:fs/promises";
import { basename, join } from "node:path";
import { Worker } from "node:worker_threads";
import { migrate, openFile, type Param, replaceSqlite, SqliteStatement, sqliteFile } from "@/lib/core/db";
import { cutText } from "@/lib/core/format/text";
import { refused } from "./archive";
import type { Copy, DatabaseBackup, Staged } from "./store";

/** Runs in the thread: plain JavaScript, for it is no module of the bundle. */
const THREAD = `
const { parentPort, workerData } = require("node:worker_threads");
const { DatabaseSync } = require("node:sqlite");
const rows = (raw, sql) => raw.prepare(sql).all();
const tables = (raw) => Object.fromEntries(
  rows(raw, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%\\\\_fts%' ESCAPE '\\\\' AND name <> '_prisma_migrations' ORDER BY name")
    .map(({ name }) => [name, Number(rows(raw, 'SELECT count(*) AS n FROM "' + name.replaceAll('"', '""') + '"')[0].n)]));
const about = (raw) => ({
  tables: tables(raw),
  migrations: rows(raw, "SELECT migration_name AS name FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY migration_name").map(({ name }) => name),
});
const jobs = {
  copy({ from, to }) {
    const source = new DatabaseSync(from, { timeout: 30000 });
    source.exec("VACUUM INTO '" + to.replaceAll("'", "''") + "'");
    source.close();
    const copy = new DatabaseSync(to);
    const found = about(copy);
    copy.close();
    return found;
  },
  check({ file }) {
    const raw = new DatabaseSync(file);
    raw.exec("PRAGMA trusted_schema = 0; PRAGMA cell_size_check = 1");
    raw.exec("PRAGMA journal_mode = DELETE");
    const state = rows(raw, "PRAGMA integrity_check(5)").map((row) => Object.values(row)[0]);
    const orphans = rows(raw, "SELECT * FROM pragma_foreign_key_check LIMIT 1").length;
    const found = { ...about(raw), integrity: state.join("; "), orphans };
    raw.close();
    return found;
  },
  schema({ file }) {
    const raw = new DatabaseSync(file);
    const found = rows(raw, "SELECT type || ' ' || name || ' ' || coalesce(sql, '') AS line FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND tbl_name <> '_prisma_migrations' ORDER BY 1").map(({ line }) => line);
    raw.close();
    return found;
  },
};
try {
  parentPort.postMessage({ value: jobs[workerData.job](workerData) });
} catch (error) {
  parentPort.postMessage({ error: String(error && error.message || error) });
}
`;
type Found = { tables: Record<string, number>; migrations: string[] };

function inThread<T>(job: "copy" | "check" | "schema", input: Record<string, string>): Promise<T> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(THREAD, { eval: true, workerData: { job, ...input } });
    worker.once("message", ({ value, error }) => (error ? reject(new Error(error)) : resolve(value)));
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("the thread ended")));
  });
}

/** Removes the marker of a swap that a crash cut off, putting back what was there before it. */
export function recoverSwap(marker: Marker): void {
  for (const { live, before } of marker.parts) {
    if (!existsSync(before)) continue;
    rmSync(live, { recursive: true, force: true });
    renameSync(before, live);
  }
}
export type Marker = { parts: { live: string; before: string }[] };

export function createSqliteBackup(): DatabaseBackup {
  return {
    provider: "sqlite",

    async copy(folder): Promise<Copy> {
      const to = join(folder, "muster.db");
      const found = await inThread<Found>("copy", { from: sqliteFile(), to });
      return { ...found, sources: [{ name: "database/muster.db", path: to }] };
    },

    async stage(folder, manifest): Promise<Staged> {
      const file = join(folder, "database/muster.db");
      const damaged = (error: unknown) => refused(`its database cannot be read: ${(error as Error).message}`);
      const found = await inThread<Found & { integrity: string; orphans: number }>("check", { file }).catch((error) => {
        throw damaged(error);
      });
      if (found.integrity !== "ok") throw refused(`its database is damaged: ${cutText(found.integrity, 200)}`);
      if (found.orphans > 0) throw refused("rows of its database refer to rows that are missing");
      if (JSON.stringify(found.migrations) !== JSON.stringify([...manifest.migrations].sort()))
        throw refused("its database is of another version than its manifest says");
      for (const [table, rows] of Object.entries(manifest.tables))
        if (found.tables[table] !== rows) throw refused(`table ${table} has other rows than its manifest says`);
      const migrated = await migrate(`file:${file}`).catch((error) => {
        throw refused((error as Error).message);
      });
      await sameSchema(file, join(folder, "fresh.db"));
      return { migrated };
    },

    async amend(folder, work) {
      const raw = openFile(join(folder, "database/muster.db"));
      try {
        raw.exec("PRAGMA journal_mode = DELETE; BEGIN");
        const value = await work({
          provider: "sqlite",
          all: async <Row>(text: string, params: readonly Param[] = []) =>
            new SqliteStatement(raw, text).all(params) as Row[],
          run: async (text, params = []) => new SqliteStatement(raw, text).run(params),
        });
        raw.exec("COMMIT");
        return value;
      } finally {
        raw.close();
      }
    },

    async swap(folder, files, marker) {
      const live = sqliteFile();
      // Beside the live file, so that a rename is all that is left to do.
      const next = `${live}.restoring`;
      const before = `${live}.before-restore`;
      rmSync(before, { force: true });
      await copyFile(join(folder, "database/muster.db"), next);
      const handle = await open(next, "r+");
      await handle.chmod(0o600);
      await handle.sync();
      await handle.close();
      const aside = join(folder, "files-before");
      const record: Marker = { parts: [{ live, before }, ...(files ? [{ live: files.live, before: aside }] : [])] };
      await replaceSqlite(() => {
        try {
          linkOrCopy(live, before);
          if (files) mkdirSync(files.live, { recursive: true, mode: 0o700 });
          writeFileSync(marker, JSON.stringify(record), { mode: 0o600 });
          renameSync(next, live);
          if (files) {
            renameSync(files.live, aside);
            renameSync(files.staged, files.live);
          }
        } catch (error) {
          recoverSwap(record);
          throw error;
        } finally {
          rmSync(marker, { force: true });
          rmSync(next, { force: true });
        }
        rmSync(before, { force: true });
      }, live);
    },
  };
}

/** Not every file system has hard links. */
function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

/** A database that came as a file may hold triggers and views of anybody's: it must be exactly what our migrations make. */
async function sameSchema(file: string, fresh: string): Promise<void> {
  await migrate(`file:${fresh}`);
  const [given, made] = await Promise.all([
    inThread<string[]>("schema", { file }),
    inThread<string[]>("schema", { file: fresh }),
  ]);
  rmSync(fresh, { force: true });
  const known = new Set(made);
  const strange = given.find((line) => !known.has(line));
  if (strange || given.length !== made.length)
    throw refused(
      `${basename(file)} is not built as this version builds it${strange ? ` (${cutText(strange.split(" ").slice(0, 2).join(" "), 80)})` : ""}`,
    );
}
