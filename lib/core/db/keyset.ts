/**
 * Keyset pagination: a page begins after the last row of the page before, so that no rows are read and skipped as with
 * OFFSET.
 */
import type { ExpressionBuilder, SelectQueryBuilder, SqlBool } from "kysely";
import { sql } from "kysely";
import type { Cursor, Page } from "@/lib/core/pages";
import { query } from "./query";

type Order = {
  /**
   * Columns that are never null and together unique. The last one decides between rows that are equal in the others.
   */
  by: readonly string[];
  direction: "asc" | "desc";
};

/**
 * Selects the first rows of several queries together. Each reads its own index up to the limit, so that the plan stays as flat
 * as that of one query.
 *
 * @param order.by  as for `readPage`
 */
export function firstRows<DB, TB extends keyof DB, O>(
  queries: readonly SelectQueryBuilder<DB, TB, O>[],
  { by, direction }: Order,
  limit: number,
): SelectQueryBuilder<DB, TB, O> {
  const ordered = (rows: SelectQueryBuilder<DB, TB, O>, columns: readonly string[]) =>
    columns.reduce((all, column) => all.orderBy(column as never, direction), rows).limit(limit);
  if (queries.length === 1) return ordered(queries[0]!, by);
  // SQLite takes ORDER BY and LIMIT within a union only in a sub-query.
  const branches = queries.map((one) => from(ordered(one, by)));
  const all = branches.reduce((union, branch) => union.unionAll(branch as never));
  return ordered(
    from(all),
    by.map((column) => column.slice(column.indexOf(".") + 1)),
  );
}

/** Selects all columns of the rows of another query. */
const from = <DB, TB extends keyof DB, O>(rows: SelectQueryBuilder<DB, TB, O>) =>
  query()
    .selectFrom(rows.as("rows") as never)
    .selectAll() as unknown as SelectQueryBuilder<DB, TB, O>;

/**
 * Reads a page of the rows that `query` selects, or that several select together.
 *
 * @param order.by  columns that `query` selects, by the names that they have in its rows, or `table.column`
 * @param after     the cursor of the row that the page comes after; undefined for the first page
 */
export async function readPage<DB, TB extends keyof DB, O>(
  rows: SelectQueryBuilder<DB, TB, O> | readonly SelectQueryBuilder<DB, TB, O>[],
  order: Order,
  { after, limit }: { after?: Cursor; limit: number },
): Promise<Page<O>> {
  const queries = "execute" in rows ? [rows] : rows;
  const pages = after ? queries.map((one) => one.where((eb) => comesAfter(eb, order, after))) : queries;
  // One more than the page holds shows whether there is another page.
  const found = await firstRows(pages, order, limit + 1).execute();
  const names = order.by.map((column) => column.slice(column.indexOf(".") + 1));
  const shown = found.slice(0, limit).map((row) => ({
    row,
    cursor: names.map((name) => (row as Record<string, string | number>)[name]!),
  }));
  return { rows: shown, next: found.length > limit ? shown.at(-1)?.cursor : undefined };
}

/** Compares row values, which both databases answer from an index over the same columns. */
function comesAfter<DB, TB extends keyof DB>(eb: ExpressionBuilder<DB, TB>, { by, direction }: Order, after: Cursor) {
  const columns = sql.join(by.map((column) => eb.ref(column as never)));
  const sign = sql.raw(direction === "asc" ? ">" : "<");
  if (by.length === 1) return sql<SqlBool>`${columns} ${sign} ${after[0]}`;
  return sql<SqlBool>`(${columns}) ${sign} (${sql.join(after)})`;
}
