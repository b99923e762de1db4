/** Conditions of Kysely statements that the two databases spell differently, or that Kysely has no method for. */
import { type Expression, type RawBuilder, type SelectQueryBuilder, type SqlBool, sql } from "kysely";
import { db } from "./client";
import { TURN } from "./ingest";
import { containing } from "./like";
import { listText } from "./lists";
import type { Queries } from "./query";

/**
 * The right side of `in`: all values as one parameter, so that lists of any length share one prepared statement and
 * never exceed a database's limit on parameters. Nothing is in an empty list; do not use it with `not in`.
 */
export function inList<T extends string | number>(values: readonly T[]): RawBuilder<T> {
  const list = listText(values);
  if (db().provider === "sqlite") return sql`(select value from json_each(${list}))`;
  // An empty list has no type of its own, and PostgreSQL compares a number with no text.
  if (values.length === 0) return sql`(null)`;
  const type = sql.raw(typeof values[0] === "number" ? "bigint" : "text");
  return sql`(select value::${type} from json_array_elements_text(${list}::json))`;
}

/**
 * Rows as a table of a statement, handed over as one parameter: `from(jsonRows(…).as("x"))`. A field that a row lacks is null.
 *
 * @param columns the PostgreSQL type of each column
 */
export function jsonRows<T extends object>(rows: readonly T[], columns: Record<string, "text" | "int">): RawBuilder<T> {
  const text = listText(rows);
  const names = Object.keys(columns);
  if (db().provider === "sqlite") {
    const fields = names.map((name) => sql`value->>${sql.lit(name)} as ${sql.ref(name)}`);
    return sql`(select ${sql.join(fields)} from json_each(${text}))`;
  }
  const typed = names.map((name) => sql`${sql.ref(name)} ${sql.raw(columns[name]!)}`);
  return sql`(select * from json_to_recordset(${text}::json) as rows(${sql.join(typed)}))`;
}

/** Matches when the expression's text contains `text`. `%` and `_` in it are literal. */
export const contains = (expression: Expression<string | null>, text: string): RawBuilder<SqlBool> =>
  sql`${expression} like ${containing(text)} escape '\\'`;

/** Like `contains`, in any case: on SQLite LIKE ignores the case of ASCII letters, on PostgreSQL only ILIKE ignores case. */
export const containsInAnyCase = (expression: Expression<string | null>, text: string): RawBuilder<SqlBool> => {
  const like = sql.raw(db().provider === "sqlite" ? "like" : "ilike");
  return sql`${expression} ${like} ${containing(text)} escape '\\'`;
};

/**
 * Skips rows that another process is changing, and locks the others until the transaction ends. SQLite needs neither,
 * because it has one writer at a time.
 */
export const skipLocked = <DB, TB extends keyof DB, O>(rows: SelectQueryBuilder<DB, TB, O>) =>
  db().provider === "postgresql" ? rows.forUpdate().skipLocked() : rows;

/** Makes other writers of the rows wait until the transaction ends. SQLite has one writer at a time anyway. */
export const lockRows = <DB, TB extends keyof DB, O>(rows: SelectQueryBuilder<DB, TB, O>) =>
  db().provider === "postgresql" ? rows.forUpdate() : rows;

/** Lets only one transaction of all processes run under `name` at a time, until it ends. */
export async function lockName(trx: Queries, name: string): Promise<void> {
  if (db().provider === "postgresql") await sql`select pg_advisory_xact_lock(hashtext(${name}))`.execute(trx);
}

/** Keeps the rows from being deleted until the transaction ends, so that others may be added that refer to them. */
export const keepRows = <DB, TB extends keyof DB, O>(rows: SelectQueryBuilder<DB, TB, O>) =>
  db().provider === "postgresql" ? rows.forKeyShare() : rows;

/** `takeTurn` (ingest.ts) for a Kysely transaction. */
export async function takeCommitTurn(trx: Queries): Promise<void> {
  if (db().provider === "postgresql") await sql`select pg_advisory_xact_lock(${TURN}::bigint)`.execute(trx);
}
