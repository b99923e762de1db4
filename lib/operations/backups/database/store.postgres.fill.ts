/** Fills a schema with rows that are given as lines of JSON: those of a backup, or of another database. */
import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { cutText } from "@/lib/core/format/text";
import { refused } from "@/lib/operations/backups/archive/format";
import { HISTORY, name, tablesOf } from "./store.postgres.client";

const BATCH_ROWS = 500;
const BATCH_BYTES = 4_194_304;

export type Rows = {
  /** The number of rows of each table; a table without a number has none. */
  counts: Record<string, number>;
  /** The rows of a table, each as an object in JSON. */
  lines(table: string): AsyncIterable<string>;
  /** By table, the highest number that its sequence ever gave, if rows with higher ones than today's were deleted. */
  given?: Record<string, number>;
};

/**
 * Replaces all rows of the schema's tables, and lets each sequence go on after the highest number in use.
 *
 * @throws AppError INVALID_INPUT saying why the rows cannot be taken
 */
export async function fill(client: pg.Client, schema: string, rows: Rows): Promise<void> {
  const own = await tablesOf(client, schema);
  for (const table of Object.keys(rows.counts))
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
      if ((await insertLines(client, table, rows.lines(table))) !== (rows.counts[table] ?? 0))
        throw refused(`table ${table} has other rows than its manifest says`);
    }
    for (const { on_table, conname, def } of keys)
      await client.query(`ALTER TABLE ${on_table} ADD CONSTRAINT ${name(conname)} ${def}`);
    await advance(client, schema, rows.given ?? {});
  } catch (error) {
    if ((error as Error).name === "AppError") throw error;
    throw refused(`its database does not fit: ${cutText((error as Error).message, 200)}`);
  }
}

async function insertLines(client: pg.Client, table: string, source: AsyncIterable<string>): Promise<number> {
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
  for await (const line of source) {
    lines.push(line);
    size += line.length;
    if (lines.length >= BATCH_ROWS || size >= BATCH_BYTES) await insert();
  }
  await insert();
  return rows;
}

/** The rows of a backup that is unpacked in `folder`. */
export const unpackedRows = (folder: string, counts: Record<string, number>): Rows => ({
  counts,
  lines: (table) => linesOf(join(folder, `database/${table}.ndjson`)),
});

/** Splits at \n alone: stored texts may hold the other characters that line readers treat as line ends. */
async function* linesOf(path: string): AsyncGenerator<string> {
  if (!existsSync(path)) return;
  let rest = "";
  for await (const chunk of createReadStream(path, { encoding: "utf8" })) {
    const texts = (rest + chunk).split("\n");
    rest = texts.pop()!;
    yield* texts;
  }
  if (rest) yield rest;
}

/** Sets each sequence to the highest number in use or given before, so that new rows continue after it. */
async function advance(client: pg.Client, schema: string, given: Record<string, number>): Promise<void> {
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
        `SELECT setval($1, greatest((SELECT max(${name(column_name)}) FROM ${name(table_name)}), $2::bigint) + 1, false)`,
        [sequence, given[table_name] ?? 0],
      );
}
