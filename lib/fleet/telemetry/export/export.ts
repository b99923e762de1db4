/**
 * Rows as a file: JSON document, NDJSON or CSV, written page by page so that memory use does not grow with the export.
 */
import { BOM, csvLines } from "@/lib/core/format/csv";
import type { Log, Message } from "@/lib/fleet/telemetry/contract";

type Format = "json" | "ndjson" | "csv";
type Pages<T> = AsyncIterable<readonly T[]>;
/** A download for a route: `stream` starts to read only when it is consumed. */
export type Download = { filename: string; contentType: string; stream: AsyncIterable<string> };

const CONTENT_TYPE: Record<Format, string> = {
  json: "application/json; charset=utf-8",
  ndjson: "application/x-ndjson; charset=utf-8",
  csv: "text/csv; charset=utf-8",
};
const CSV_COLUMNS = {
  logs: ["id", "timestamp", "bot_id", "type", "message", "metadata", "received_at"],
  messages: [
    "id",
    "timestamp",
    "bot_id",
    "thread_id",
    "thread_type",
    "author_id",
    "author_name",
    "message",
    "metadata",
    "received_at",
  ],
} as const;

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

async function* asCsv(name: "logs" | "messages", pages: Pages<Log | Message>, bom: boolean) {
  const columns = CSV_COLUMNS[name];
  yield (bom ? BOM : "") + csvLines([columns]);
  for await (const rows of pages)
    if (rows.length > 0)
      yield csvLines(rows.map((row) => columns.map((column) => (row as Record<string, unknown>)[column])));
}

/** Reduces a text to ASCII that is safe in a header and in every file system. */
const safe = (text: string) => text.replace(/[^\w.-]+/g, "_").slice(0, 64);

/** Builds a name such as logs-<bot>-20260101T120000Z.csv. */
export const filename = (name: string, botId: string | undefined, exportedAt: string, extension: string): string =>
  [name, ...(botId === undefined ? [] : [safe(botId)]), exportedAt.replace(/[-:]|\.\d+/g, "")].join("-") +
  `.${extension}`;

export function download(
  name: "logs" | "messages",
  format: Format,
  botId: string | undefined,
  exportedAt: string,
  pages: Pages<Log | Message>,
  bom: boolean,
): Download {
  const stream =
    format === "json"
      ? asJson(name, exportedAt, pages)
      : format === "ndjson"
        ? asNdjson(pages)
        : asCsv(name, pages, bom);
  return { filename: filename(name, botId, exportedAt, format), contentType: CONTENT_TYPE[format], stream };
}
