/** CSV as spreadsheets read it: no cell runs as a formula, and a byte order mark marks the text as UTF-8 for Excel. */
import { stringify } from "csv-stringify/sync";

/** The byte order mark at the file's beginning. Without it Excel reads the text in the system's own code page. */
export const BOM = "\uFEFF";

/**
 * Spreadsheets run text that begins with one of these characters, or with its full-width form. They ignore white space,
 * line ends, control characters and zero-width characters before it, or split the cell there.
 */
const FORMULA = /^[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/u;
const CONTROL = /^[\t\r\n]/;

const cell = (value: unknown): unknown => {
  const text = typeof value === "object" && value !== null ? JSON.stringify(value) : value;
  return typeof text === "string" && (FORMULA.test(text) || CONTROL.test(text)) ? `'${text}` : text;
};

/** Rows as lines of CSV; objects as JSON, and a leading ' before text that a spreadsheet would run. */
export const csvLines = (rows: readonly (readonly unknown[])[]): string => stringify(rows.map((row) => row.map(cell)));
