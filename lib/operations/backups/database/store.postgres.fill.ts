/** Fills a separate schema with the rows of a backup. */
import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { cutText } from "@/lib/core/format/text";
import { refused } from "@/lib/operations/backups/archive/format";
import type { Manifest } from "@/lib/operations/backups/contract";
import { HISTORY, name, tablesOf } from "./store.postgres.client";

const BATCH_ROWS = 500;
const BATCH_BYTES = 4_194_304;

export async function fill(client: pg.Client, schema: string, folder: string, manifest: Manifest): Promise<void> {
  const own = await tablesOf(client, schema);
  for (const table of Object.keys(manifest.tables))
    if (!own.includes(table)) throw refused(`table ${table} is not one of its version`);
  // Drops or adds the foreign keys. Tables refer to one another in cycles, so the keys are added, and thereby checked,
  // after all rows are inserted.
  const keys = (
    await client.query(
      `SELECT conrelid::regclass::text AS on_table, conname, pg_get_constraintdef(oid) AS def
       FROM pg_constraint WHERE contype = 'f' AND connamespace = $1::regnamespace`,
      [schema],
    )
  ).rows as { on_table: string; conname: string; def: string }[];
  try {
    for (const { on_table, conname } of keys)
      await client.query(`ALTER TABLE ${on_table} DROP CONSTRAINT ${name(conname)}`);
    for (const table of own) {
      if (table === HISTORY) continue;
      await client.query(`DELETE FROM ${name(table)}`);
      const rows = await readTable(client, table, join(folder, `database/${table}.ndjson`));
      if (rows !== (manifest.tables[table] ?? 0)) throw refused(`table ${table} has other rows than its manifest says`);
    }
    for (const { on_table, conname, def } of keys)
      await client.query(`ALTER TABLE ${on_table} ADD CONSTRAINT ${name(conname)} ${def}`);
    await advance(client, schema);
  } catch (error) {
    if ((error as Error).name === "AppError") throw error;
    throw refused(`its database does not fit: ${cutText((error as Error).message, 200)}`);
  }
}

async function readTable(client: pg.Client, table: string, path: string): Promise<number> {
  if (!existsSync(path)) return 0;
  let lines: string[] = [];
  let size = 0;
  let rows = 0;
  const insert = async () => {
    if (lines.length === 0) return;
    await client.query(
      `INSERT INTO ${name(table)} SELECT * FROM json_populate_recordset(NULL::${name(table)}, $1::json)`,
      [`[${lines.join(",")}]`],
    );
    rows += lines.length;
    lines = [];
    size = 0;
  };
  for await (const line of linesOf(path)) {
    lines.push(line);
    size += line.length;
    if (lines.length >= BATCH_ROWS || size >= BATCH_BYTES) await insert();
  }
  await insert();
  return rows;
}

/** Splits at \n alone: stored texts may hold the other characters that line readers treat as line ends. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of createReadStream(path, { encoding: "utf8" })) {
    const texts = (rest + chunk).split("\n");
    rest = texts.pop()!;
    yield* texts;
  }
  if (rest) yield rest;
}

/** Sets each sequence to the highest number in use, so that new rows continue after it. */
async function advance(client: pg.Client, schema: string): Promise<void> {
  const columns = (
    await client.query(
      `SELECT table_name, column_name, pg_get_serial_sequence(quote_ident(table_schema) || '.' || quote_ident(table_name), column_name) AS sequence
       FROM information_schema.columns WHERE table_schema = $1`,
      [schema],
    )
  ).rows as { table_name: string; column_name: string; sequence: string | null }[];
  for (const { table_name, column_name, sequence } of columns)
    if (sequence)
      await client.query(
        `SELECT setval($1, coalesce((SELECT max(${name(column_name)}) FROM ${name(table_name)}), 0) + 1, false)`,
        [sequence],
      );
}
