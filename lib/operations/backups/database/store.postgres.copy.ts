/** Writes every table as lines of JSON, all from one snapshot. */
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { currentSchema, HISTORY, name, tablesOf, withClient } from "./store.postgres.client";
import type { Copy } from "./store.types";

const migrationsOf = async (client: pg.Client): Promise<string[]> =>
  (
    await client.query(
      `SELECT migration_name AS name FROM ${name(HISTORY)} WHERE rolled_back_at IS NULL ORDER BY migration_name`,
    )
  ).rows.map((row) => row.name);

export const copy = (folder: string): Promise<Copy> =>
  withClient(async (client) => {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const migrations = await migrationsOf(client);
    const tables: Record<string, number> = {};
    const sources: Copy["sources"] = [];
    for (const table of await tablesOf(client, await currentSchema(client))) {
      const path = join(folder, `${table}.ndjson`);
      tables[table] = await writeTable(client, table, path);
      sources.push({ name: `database/${table}.ndjson`, path });
    }
    await client.query("COMMIT");
    return { tables, migrations, sources };
  });

async function writeTable(client: pg.Client, table: string, path: string): Promise<number> {
  let rows = 0;
  await client.query(`DECLARE rows NO SCROLL CURSOR FOR SELECT row_to_json(t)::text AS line FROM ${name(table)} t`);
  async function* lines() {
    for (;;) {
      const batch = (await client.query("FETCH 1000 FROM rows")).rows as { line: string }[];
      if (batch.length === 0) return;
      rows += batch.length;
      yield `${batch.map(({ line }) => line).join("\n")}\n`;
    }
  }
  // The pipeline also stops reading when the disk is full.
  await pipeline(lines, createWriteStream(path, { mode: 0o600 }));
  await client.query("CLOSE rows");
  return rows;
}
