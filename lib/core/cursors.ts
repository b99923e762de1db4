/**
 * Where a keyset list goes on after one of its rows. It is kept beside the row and not in it: what a contract says of rows
 * and REST tells of them stays as it is; GraphQL's edges ask for it.
 */
import { singleton } from "./singleton";

type Place = string | number | (() => string);
const PLACES = singleton("cursors", () => new WeakMap<object, Place>());

/** The row, with its place in its list remembered for as long as it lives. A function is asked only when somebody reads it. */
export function placed<T extends object>(row: T, place: Place): T {
  PLACES.set(row, place);
  return row;
}

/** A copy of a row of a list, with the row's place. */
export function inPlaceOf<T extends object>(row: object, copy: T): T {
  const place = PLACES.get(row);
  return place === undefined ? copy : placed(copy, place);
}

/** Returns the cursor that `placed` attached; undefined for a row that came from no list. */
export function cursorOf(row: object): string | undefined {
  const place = PLACES.get(row);
  return typeof place === "function" ? place() : place?.toString();
}
