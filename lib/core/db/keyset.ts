/**
 * Keyset pagination: a page begins after the last row of the page before, so that no rows are read and skipped as with
 * OFFSET.
 */
import type { ExpressionBuilder, ReferenceExpression, SelectQueryBuilder, SqlBool } from "kysely";
import { sql } from "kysely";
import type { Cursor, Page } from "@/lib/core/pages";

type Order = {
  /**
   * Columns that are never null and together unique. The last one decides between rows that are equal in the others.
   */
  by: readonly string[];
  direction: "asc" | "desc";
};

/**
 * Reads a page of the rows that `query` selects.
 *
 * @param order.by  columns that `query` selects, by the names that they have in its rows, or `table.column`
 * @param after     the cursor of the row that the page comes after; undefined for the first page
 */
export async function readPage<DB, TB extends keyof DB, O>(
  query: SelectQueryBuilder<DB, TB, O>,
  order: Order,
  { after, limit }: { after?: Cursor; limit: number },
): Promise<Page<O>> {
  const columns = order.by as readonly ReferenceExpression<DB, TB>[];
  let page = after ? query.where((eb) => comesAfter(eb, order, after)) : query;
  for (const column of columns) page = page.orderBy(column as never, order.direction);
  // One more than the page holds shows whether there is another page.
  const found = await page.limit(limit + 1).execute();
  const names = order.by.map((column) => column.slice(column.indexOf(".") + 1));
  const rows = found.slice(0, limit).map((row) => ({
    row,
    cursor: names.map((name) => (row as Record<string, string | number>)[name]!),
  }));
  return { rows, next: found.length > limit ? rows.at(-1)?.cursor : undefined };
}

/** Compares row values, which both databases answer from an index over the same columns. */
function comesAfter<DB, TB extends keyof DB>(eb: ExpressionBuilder<DB, TB>, { by, direction }: Order, after: Cursor) {
  const columns = sql.join(by.map((column) => eb.ref(column as never)));
  const sign = sql.raw(direction === "asc" ? ">" : "<");
  if (by.length === 1) return sql<SqlBool>`${columns} ${sign} ${after[0]}`;
  return sql<SqlBool>`(${columns}) ${sign} (${sql.join(after)})`;
}
