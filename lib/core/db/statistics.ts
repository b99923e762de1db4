/**
 * Keeps SQLite's statistics current while the server runs. The planner chooses between indexes by how many rows a table had at
 * its last ANALYZE, so a server that grew since would plan its lists for the tables it had when it started. PostgreSQL
 * needs nothing: its autovacuum analyzes a table once a tenth of it has changed.
 */

import { env } from "@/lib/core/env";
import { yieldToEventLoop } from "@/lib/core/event-loop";
import { db, sqliteConnections, writeMutex } from "./client";
import type { Sql } from "./sql";

/**
 * ANALYZE reads every entry of a table's indexes to count them, about 20 ns each, whatever `analysis_limit` says. It would
 * hold the process for more than 10 ms if there were more entries than these.
 */
const MOST_ENTRIES = 400_000;

/**
 * Lists the tables that never were analyzed, or have ten times as many or as few rows as then. Leaves out those of the
 * search index, which FTS5 reads by row id alone.
 */
async function staleTables(sql: Sql): Promise<string[]> {
  // With -1, SQLite lists the statements and runs none.
  const statements = await sql.all<{ optimize: string }>("PRAGMA optimize(-1)");
  const tables = statements.map((row) => /"main"\."([^"]+)"$/.exec(Object.values(row)[0] ?? "")?.[1] ?? "");
  return tables.filter((table) => table !== "" && !table.includes("_fts"));
}

/** About how many entries the indexes of a table have. Only reads both ends of the table. */
async function entriesOf(tx: Sql, table: string): Promise<number> {
  const [ends] = await tx.all<{ low: number | null; high: number | null }>(
    `SELECT (SELECT min(rowid) FROM "${table}") AS low, (SELECT max(rowid) FROM "${table}") AS high`,
  );
  if (ends?.low == null || ends.high === null) return 0;
  const indexes = await tx.all("SELECT name FROM pragma_index_list($1)", [table]);
  return (ends.high - ends.low + 1) * (indexes.length + 1);
}

/**
 * Analyzes a table, or, if that would take too long, forgets what is known of it: without statistics the planner assumes a
 * large table. A clean stop analyzes it then.
 *
 * @returns whether the statistics changed
 */
async function refresh(tx: Sql, table: string): Promise<boolean> {
  const entries = await entriesOf(tx, table);
  if (entries === 0) return false;
  if (entries > MOST_ENTRIES) return (await tx.run("DELETE FROM sqlite_stat1 WHERE tbl = $1", [table])) > 0;
  await tx.run(`ANALYZE "main"."${table}"`);
  return true;
}

/**
 * Brings the statistics of SQLite up to date, a table at a time; on PostgreSQL does nothing.
 *
 * @returns the tables whose statistics changed
 */
export async function refreshStatistics(): Promise<string[]> {
  if (env.provider !== "sqlite") return [];
  const changed: string[] = [];
  for (const table of await db().write(staleTables)) {
    if (await db().write((tx) => refresh(tx, table))) changed.push(table);
    await yieldToEventLoop();
  }
  // A connection reads the statistics when it opens. One at a time, because the last one to close would checkpoint.
  if (changed.length > 0)
    await writeMutex.runExclusive(() => {
      for (const connection of sqliteConnections) {
        connection.close();
        connection.open();
      }
    });
  return changed;
}
