/** Updates that name some fields: which columns each field of an update is stored in, written once and checked by its type. */
import type { Updateable } from "kysely";
import type { Tables } from "@/generated/tables";

/**
 * How each field of an update is stored. A field of `Change` that the map lacks is a type error, and so is an unknown
 * one. Derive `Change` from the contract, so that no accepted field is forgotten.
 */
export type ColumnMap<Change extends object, Table extends keyof Tables> = {
  readonly [Field in keyof Required<Change>]: (
    value: Exclude<Change[Field], undefined>,
  ) => Partial<Updateable<Tables[Table]>>;
};

/** The columns that an update sets. Fields that are absent or undefined are left as they are. */
export function changedColumns<Change extends object, Table extends keyof Tables>(
  map: ColumnMap<Change, Table>,
  change: Change,
): Partial<Updateable<Tables[Table]>> {
  const columns: Partial<Updateable<Tables[Table]>> = {};
  for (const field of fieldsOf(map))
    if (change[field] !== undefined) Object.assign(columns, map[field](change[field] as never));
  return columns;
}

/** The fields of an update, in the order of the map. */
export const fieldsOf = <Change extends object, Table extends keyof Tables>(map: ColumnMap<Change, Table>) =>
  Object.keys(map) as (keyof Change & string)[];
