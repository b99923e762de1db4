/** Pages of lists by keyset: stores read them (lib/core/db/keyset.ts), services show them, REST and GraphQL pass them on. */

/** The position of a row in its list: its values of the columns that order the list. */
export type Cursor = readonly (string | number)[];
/** `next` is the cursor that the next page comes after; undefined on the last page. */
export type Page<Row> = { rows: { row: Row; cursor: Cursor }[]; next: Cursor | undefined };
/** A row as a service shows it, with the text of its cursor. */
export type Listed<Item> = { row: Item; cursor: string };

/** A cursor of one column as clients send it back. */
const oneColumn = (cursor: Cursor): string => String(cursor[0]);

/** The page with each row as clients see it, and its cursors as text. */
export function shownPage<Row, Item>(
  { rows, next }: Page<Row>,
  show: (row: Row) => Item,
  textOf: (cursor: Cursor) => string = oneColumn,
): { items: Listed<Item>[]; next_cursor: string | null } {
  return {
    items: rows.map(({ row, cursor }) => ({ row: show(row), cursor: textOf(cursor) })),
    next_cursor: next ? textOf(next) : null,
  };
}

/** The rows of a page without their cursors, as REST lists them. */
export const rowsOf = <Item>(items: readonly { row: Item }[]): Item[] => items.map(({ row }) => row);

/** The cursor of a list by one number, from what a client sent. */
export const afterNumber = (cursor: string | number | undefined): Cursor | undefined =>
  cursor === undefined ? undefined : [Number(cursor)];
