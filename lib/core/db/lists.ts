import { storable } from "./insert";
import type { Sql } from "./sql";

/** A JSON array in $`at` as a sub-query of texts or integers: one statement, however many there are. */
export const listed = ({ provider }: Pick<Sql, "provider">, at: number, type: "text" | "bigint" = "text"): string =>
  provider === "sqlite"
    ? `SELECT value FROM json_each($${at})`
    : `SELECT value::${type} FROM json_array_elements_text($${at}::json)`;

/** Returns the value for `listed`. An id with NUL matches nothing, but must not make the statement fail. */
export const listText = (values: readonly unknown[]): string => JSON.stringify(values, storable);
