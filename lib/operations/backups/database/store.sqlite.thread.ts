/**
 * Works on SQLite files in a separate thread: the driver is synchronous, and a large file would block the server for
 * seconds.
 */
import { Worker } from "node:worker_threads";

/** The code of the thread: plain JavaScript as text, because the bundle contains no module for it. */
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
export type Found = { tables: Record<string, number>; migrations: string[] };

export function inThread<T>(job: "copy" | "check" | "schema", input: Record<string, string>): Promise<T> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(THREAD, { eval: true, workerData: { job, ...input } });
    worker.once("message", ({ value, error }) => (error ? reject(new Error(error)) : resolve(value)));
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("the thread ended")));
  });
}
