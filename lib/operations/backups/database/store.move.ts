/**
 * Moves everything from this server's SQLite database to an empty PostgreSQL database, in one transaction. It commits only
 * when every table has the same rows there, by their number and by a sum over their values. The SQLite file is only read.
 */
import { createHash } from "node:crypto";
import type pg from "pg";
import { migrate, openFile, sqliteFile } from "@/lib/core/db";
import type { AppError } from "@/lib/core/errors";
import { writeJson } from "@/lib/core/format/json";
import { currentSchema, HISTORY, name, tablesOf, withClient } from "./store.postgres.client";
import { fill } from "./store.postgres.fill";

type Source = ReturnType<typeof openFile>;
type Values = readonly unknown[];
export type MovedTable = { table: string; rows: number };

/** The full-text indexes differ between the databases. The server's indexer writes PostgreSQL's from its first row on. */
const REWRITTEN = ["log_fts", "message_fts"];
/** Settings that say how far the indexes are written. */
const LEFT_OUT: Record<string, string> = { setting: "WHERE key NOT IN ('search.log', 'search.message')" };
const BATCH = 1000;

/** A sum over rows that does not depend on their order. Each value counts by its text, which both drivers write alike. */
class RowSum {
  rows = 0;
  #sum = 0n;

  add(values: Values): void {
    const texts = values.map((value) => (value === null ? null : String(value)));
    const digest = createHash("sha256").update(JSON.stringify(texts)).digest();
    this.#sum = BigInt.asUintN(64, this.#sum + digest.readBigUInt64LE());
    this.rows++;
  }
  equals = (other: RowSum): boolean => this.rows === other.rows && this.#sum === other.#sum;
}

const columnsOf = (source: Source, table: string): string[] =>
  source
    .prepare("SELECT name FROM pragma_table_info(?)")
    .all(table)
    .map((row) => String(row.name));

function* rowsOf(source: Source, table: string, columns: string[]): Generator<Values> {
  const statement = source.prepare(
    `SELECT ${columns.map(name).join(", ")} FROM ${name(table)} ${LEFT_OUT[table] ?? ""}`,
  );
  statement.setReadBigInts(true);
  statement.setReturnArrays(true);
  yield* statement.iterate() as unknown as Iterable<Values>;
}

function countOf(source: Source, table: string): number {
  const row = source.prepare(`SELECT count(*) AS rows FROM ${name(table)} ${LEFT_OUT[table] ?? ""}`).get();
  return Number(row?.rows);
}

/** @throws Error when the database has rows already */
async function demandEmpty(client: pg.Client, schema: string): Promise<void> {
  for (const table of await tablesOf(client, schema)) {
    if (table === HISTORY) continue;
    const { rows } = await client.query(`SELECT 1 FROM ${name(table)} LIMIT 1`);
    if (rows.length > 0) throw new Error(`that database is not empty: its table ${table} has rows. Name an empty one`);
  }
}

/** Returns the columns of each table to move. @throws Error when the two databases have different tables or columns */
async function tablesToMove(client: pg.Client, schema: string, source: Source): Promise<Map<string, string[]>> {
  const tables = new Map<string, string[]>();
  for (const table of await tablesOf(client, schema)) {
    if (table === HISTORY || REWRITTEN.includes(table)) continue;
    const { rows } = await client.query(
      "SELECT column_name AS name FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2",
      [schema, table],
    );
    const columns = rows.map((row) => String(row.name));
    if (String(columns.sort()) !== String(columnsOf(source, table).sort()))
      throw new Error(`table ${table} has other columns on PostgreSQL than on SQLite`);
    tables.set(table, columns);
  }
  return tables;
}

async function sumOf(client: pg.Client, table: string, columns: string[]): Promise<RowSum> {
  const sum = new RowSum();
  const select = `SELECT ${columns.map(name).join(", ")} FROM ${name(table)}`;
  await client.query(`DECLARE moved NO SCROLL CURSOR FOR ${select}`);
  for (;;) {
    const { rows } = await client.query<unknown[]>({ text: `FETCH ${BATCH} FROM moved`, rowMode: "array" });
    if (rows.length === 0) break;
    for (const values of rows) sum.add(values);
  }
  await client.query("CLOSE moved");
  return sum;
}

/**
 * @param url of the PostgreSQL database, which must have no rows
 * @param report is called for each table once its rows are written, and once they are checked
 * @returns the tables that had rows
 * @throws Error, having moved nothing, when the database is not empty or does not hold the same rows afterwards
 */
export async function moveToPostgres(
  url: string,
  report: (step: "written" | "checked", table: string, rows: number) => void,
): Promise<MovedTable[]> {
  await migrate();
  await withClient(async (client) => demandEmpty(client, await currentSchema(client)), url);
  await migrate(url);
  const source = openFile(sqliteFile());
  try {
    // One snapshot, in case another program writes to the file meanwhile.
    source.exec("PRAGMA query_only = 1; BEGIN");
    return await withClient((client) => copyRows(client, source, report), url);
  } catch (error) {
    const { why = (error as Error).message } = ((error as AppError).details ?? {}) as { why?: string };
    throw new Error(`nothing was moved: ${why}`, { cause: error });
  } finally {
    source.close();
  }
}

async function copyRows(
  client: pg.Client,
  source: Source,
  report: Parameters<typeof moveToPostgres>[1],
): Promise<MovedTable[]> {
  const schema = await currentSchema(client);
  const tables = await tablesToMove(client, schema, source);
  const sums = new Map<string, RowSum>();
  async function* lines(table: string) {
    const columns = tables.get(table);
    if (!columns) return;
    const sum = new RowSum();
    sums.set(table, sum);
    for (const values of rowsOf(source, table, columns)) {
      sum.add(values);
      yield writeJson(Object.fromEntries(columns.map((column, at) => [column, values[at]])));
    }
    if (sum.rows > 0) report("written", table, sum.rows);
  }
  const given = source.prepare("SELECT name, seq FROM sqlite_sequence").all();
  await client.query("BEGIN");
  await fill(client, schema, {
    counts: Object.fromEntries([...tables.keys()].map((table) => [table, countOf(source, table)])),
    lines,
    given: Object.fromEntries(given.map((row) => [String(row.name), Number(row.seq)])),
  });
  for (const [table, columns] of tables) {
    const there = await sumOf(client, table, columns);
    if (!there.equals(sums.get(table)!)) throw new Error(`table ${table} has other rows there`);
    if (there.rows > 0) report("checked", table, there.rows);
  }
  await client.query("COMMIT");
  return [...sums].map(([table, { rows }]) => ({ table, rows })).filter(({ rows }) => rows > 0);
}
