import { storable } from "./insert";
import type { Sql } from "./sql";

/** A JSON array in $`at` as a sub-query of texts or integers: one statement, however many there are. */
export const listed = ({ provider }: Pick<Sql, "provider">, at: number, type: "text" | "bigint" = "text"): string =>
  provider === "sqlite"
    ? `SELECT value FROM json_each($${at})`
    : `SELECT value::${type} FROM json_array_elements_text($${at}::json)`;

/** The values for `listed`. Ids come from callers: one with NUL in it is in no list, but must not fail the statement. */
export const listText = (values: readonly unknown[]): string => JSON.stringify(values, storable);
