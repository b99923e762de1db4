/**
 * Inserts many rows in few statements. SQLite gets a multi-row VALUES with parameters, which costs half as much as
 * reading the rows from one JSON text. PostgreSQL gets one JSON text, so that it plans one statement for any number of
 * rows.
 */
import type { Insertable } from "kysely";
import type { Tables } from "@/generated/tables";
import type { Queries } from "./query";
import type { Param, Sql } from "./sql";

/** Rows per SQLite INSERT, largest first. Few sizes mean few statement texts, so that each one stays prepared. */
const SIZES = [20, 5, 1];

/**
 * Inserts `rows` in order.
 *
 * @param columns `name type, …` in PostgreSQL's types; a field that a row lacks is NULL
 */
export async function insertMany(tx: Sql, table: string, columns: string, rows: object[]): Promise<void> {
  const names = columns.split(", ").map((column) => column.slice(0, column.indexOf(" ")));
  const into = `INSERT INTO ${table} (${names.join(", ")})`;
  if (tx.provider === "postgresql") {
    const from = `SELECT ${names.join(", ")} FROM json_to_recordset($1::json) AS x(${columns})`;
    await tx.run(`${into} ${from}`, [JSON.stringify(rows, storable)]);
    return;
  }
  for (let done = 0; done < rows.length; ) {
    const size = SIZES.find((one) => done + one <= rows.length)!;
    const params: Param[] = [];
    for (const row of rows.slice(done, done + size) as Record<string, Param | undefined>[])
      for (const name of names) params.push(row[name] ?? null);
    await tx.run(`${into} VALUES ${places(names.length, size)}`, params);
    done += size;
  }
}

/**
 * Makes a value storable: PostgreSQL's text cannot hold NUL or half a surrogate pair, and rejects JSON that contains
 * one.
 */
export const storable = (_: string, value: unknown) =>
  typeof value === "string" ? value.toWellFormed().replaceAll("\0", "\uFFFD") : value;

const known = new Map<string, string>();
function places(columns: number, rows: number): string {
  const key = `${columns}x${rows}`;
  let text = known.get(key);
  if (text === undefined) {
    const tuple = (row: number) => Array.from({ length: columns }, (_, column) => `$${row * columns + column + 1}`);
    text = Array.from({ length: rows }, (_, row) => `(${tuple(row).join(", ")})`).join(", ");
    known.set(key, text);
  }
  return text;
}

/**
 * Rows per statement of `insertRows`, largest first. Few sizes mean few statement texts, so that each one stays
 * prepared.
 */
const ROWS = [50, 10, 1];

/** Inserts `rows` in order. Each has the same columns. */
export async function insertRows<T extends keyof Tables>(
  trx: Queries,
  table: T,
  rows: readonly Insertable<Tables[T]>[],
): Promise<void> {
  for (let done = 0; done < rows.length; ) {
    const size = ROWS.find((count) => done + count <= rows.length)!;
    await trx
      .insertInto(table)
      .values(rows.slice(done, done + size) as never)
      .execute();
    done += size;
  }
}
