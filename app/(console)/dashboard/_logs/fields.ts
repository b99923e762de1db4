import { writeJson } from "@/lib/core/format/json";
import { quotedValue, valuesOf } from "@/lib/fleet/telemetry/queries.search";

/** A value of the metadata, and the key that names it in a query. */
export type Field = { key: string; value: string; label: string };

/** The values that a line has in a column, as one text. */
export const columnText = (metadata: Record<string, unknown>, key: string): string =>
  valuesOf(metadata, key)
    .filter((value) => value !== undefined && value !== null)
    .map((value) => (typeof value === "object" ? writeJson(value) : String(value)))
    .join(", ");

const KEY = /^[A-Za-z_][\w.-]*$/;
const DEPTH_MAX = 4;
const FIELDS_MAX = 60;
/** Longer values are not offered as terms: a query has room for 1,000 characters. */
const VALUE_MAX = 200;

/** Lists the values of the metadata that a query can name. */
export function fieldsOf(metadata: Record<string, unknown>): Field[] {
  const fields: Field[] = [];
  const visit = (key: string, value: unknown, depth: number) => {
    if (fields.length === FIELDS_MAX || !KEY.test(key)) return;
    if (Array.isArray(value)) {
      for (const one of value) if (typeof one !== "object") visit(key, one, depth);
    } else if (typeof value === "object" && value !== null) {
      if (depth < DEPTH_MAX)
        for (const [name, inner] of Object.entries(value)) visit(`${key}.${name}`, inner, depth + 1);
    } else {
      const text = String(value);
      if (text !== "" && text.length <= VALUE_MAX)
        fields.push({ key, value: text, label: `${key}:${quotedValue(text)}` });
    }
  };
  for (const [key, value] of Object.entries(metadata)) visit(key, value, 1);
  return fields;
}
