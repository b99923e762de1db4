/**
 * Rows as a file: JSON document, NDJSON or CSV, written page by page so that memory use does not grow with the export.
 */
import { BOM, csvLines } from "./csv";

type Format = "json" | "ndjson" | "csv";
type Pages<T> = AsyncIterable<readonly T[]>;
/** A download for a route: `stream` starts to read only when it is consumed. */
export type Download = { filename: string; contentType: string; stream: AsyncIterable<string> };

const CONTENT_TYPE: Record<Format, string> = {
  json: "application/json; charset=utf-8",
  ndjson: "application/x-ndjson; charset=utf-8",
  csv: "text/csv; charset=utf-8",
};

/**
 * Writes the elements of a JSON array, without its brackets; calls `written` with the number of elements in each page.
 */
export async function* jsonItems<T>(
  pages: Pages<T>,
  written: (rows: number) => void = () => {},
): AsyncGenerator<string> {
  let first = true;
  for await (const rows of pages) {
    if (rows.length === 0) continue;
    yield `${first ? "" : ","}\n${rows.map((row) => JSON.stringify(row)).join(",\n")}`;
    first = false;
    written(rows.length);
  }
}

/**
 * Writes `{exported_at, <name>: […], count}`. The count comes last because it is the number of rows actually written.
 */
async function* asJson<T>(name: string, exportedAt: string, pages: Pages<T>) {
  let count = 0;
  yield `{"exported_at":${JSON.stringify(exportedAt)},"${name}":[`;
  yield* jsonItems(pages, (rows) => {
    count += rows;
  });
  yield `],"count":${count}}`;
}

async function* asNdjson<T>(pages: Pages<T>) {
  for await (const rows of pages) if (rows.length > 0) yield `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`;
}

async function* asCsv<T>(columns: readonly string[], pages: Pages<T>, cellsOf: (row: T) => unknown[], bom: boolean) {
  yield (bom ? BOM : "") + csvLines([columns]);
  for await (const rows of pages) if (rows.length > 0) yield csvLines(rows.map(cellsOf));
}

/** Reduces a text to ASCII that is safe in a header and in every file system. */
const safe = (text: string) => text.replace(/[^\w.-]+/g, "_").slice(0, 64);

/** Builds a name such as logs-<bot>-20260101T120000Z.csv. */
export const filename = (name: string, botId: string | undefined, exportedAt: string, extension: string): string =>
  [name, ...(botId === undefined ? [] : [safe(botId)]), exportedAt.replace(/[-:]|\.\d+/g, "")].join("-") +
  `.${extension}`;

type File<T> = {
  /** The name of the file, before the bot's. */
  name: string;
  /** The name of the list in the JSON document. */
  list: string;
  botId: string | undefined;
  exportedAt: string;
  format: Format;
  /** Whether CSV begins with a byte order mark. */
  bom: boolean;
  columns: readonly string[];
  cellsOf: (row: T) => unknown[];
};

export function rowsFile<T>(pages: Pages<T>, file: File<T>): Download {
  const { name, list, botId, exportedAt, format, bom, columns, cellsOf } = file;
  const stream =
    format === "json"
      ? asJson(list, exportedAt, pages)
      : format === "ndjson"
        ? asNdjson(pages)
        : asCsv(columns, pages, cellsOf, bom);
  return { filename: filename(name, botId, exportedAt, format), contentType: CONTENT_TYPE[format], stream };
}
