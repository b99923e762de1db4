/**
 * SQLite: the copy is `VACUUM INTO` on a separate connection in a separate thread, so that neither the event loop nor a
 * writer waits for it. The copy is one snapshot of the database. A restore puts a checked and migrated file in place of
 * the live one.
 */
import { join } from "node:path";
import { openFile, type Param, queriesIn, SqliteStatement, sqliteFile } from "@/lib/core/db";
import { stage } from "./store.sqlite.check";
import { swap } from "./store.sqlite.swap";
import { type Found, inThread } from "./store.sqlite.thread";
import type { Copy, DatabaseBackup } from "./store.types";

async function copy(folder: string): Promise<Copy> {
  const to = join(folder, "muster.db");
  const found = await inThread<Found>("copy", { from: sqliteFile(), to });
  return { ...found, sources: [{ name: "database/muster.db", path: to }] };
}

const amend: DatabaseBackup["amend"] = async (folder, work) => {
  const raw = openFile(join(folder, "database/muster.db"));
  try {
    raw.exec("PRAGMA journal_mode = DELETE; BEGIN");
    const staged = queriesIn({
      provider: "sqlite",
      all: async <Row>(text: string, params: readonly Param[] = []) =>
        new SqliteStatement(raw, text).all(params) as Row[],
      run: async (text, params = []) => new SqliteStatement(raw, text).run(params),
    });
    const value = await work(staged);
    raw.exec("COMMIT");
    return value;
  } finally {
    raw.close();
  }
};

export const createSqliteBackup = (): DatabaseBackup => ({ provider: "sqlite", copy, stage, amend, swap });
