/** Pages of lists by keyset: stores read them (lib/core/db/keyset.ts), services show them, REST and GraphQL pass them on. */

/** The position of a row in its list: its values of the columns that order the list. */
export type Cursor = readonly (string | number)[];
/** `next` is the cursor that the next page comes after; undefined on the last page. */
export type Page<Row> = { rows: { row: Row; cursor: Cursor }[]; next: Cursor | undefined };
/** A row as a service shows it, with the text of its cursor. */
export type Listed<Item> = { row: Item; cursor: string };

/** A cursor of one column as clients send it back. */
const oneColumn = (cursor: Cursor): string => String(cursor[0]);

/** A cursor of several columns as text, such as `1700000000000-grant_1`. Only the last column may hold a dash. */
export const dashed = (cursor: Cursor): string => cursor.join("-");

/** The cursor of a list by a number and an id, from what a client sent. */
export function afterPair(text: string | undefined): Cursor | undefined {
  if (text === undefined) return undefined;
  const cut = text.indexOf("-");
  const id = text.slice(cut + 1);
  return [Number(text.slice(0, cut)), /^\d+$/.test(id) ? Number(id) : id];
}

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

/** The largest id of a person, a team or another row with a 32-bit id. PostgreSQL refuses to compare such a column with more. */
const ID_MAX = 2 ** 31 - 1;
const toId = (value: string | number | undefined) => Math.min(Number(value), ID_MAX);

/** The cursor of a list by a 32-bit id, from what a client sent. */
export const afterId = (cursor: string | undefined): Cursor | undefined =>
  cursor === undefined ? undefined : [toId(cursor)];

/** The cursor of a list by a number and a 32-bit id, from what a client sent. */
export function afterIdPair(text: string | undefined): Cursor | undefined {
  const pair = afterPair(text);
  return pair && [pair[0]!, toId(pair[1])];
}
