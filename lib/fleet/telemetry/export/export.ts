/** Logs and messages as a file. */
import { type Download, rowsFile } from "@/lib/core/format/rows-file";
import type { Log, Message } from "@/lib/fleet/telemetry/contract";

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

export function download(
  name: "logs" | "messages",
  format: "json" | "ndjson" | "csv",
  botId: string | undefined,
  exportedAt: string,
  pages: AsyncIterable<readonly (Log | Message)[]>,
  bom: boolean,
): Download {
  const columns = CSV_COLUMNS[name];
  const cellsOf = (row: Log | Message) => columns.map((column) => (row as Record<string, unknown>)[column]);
  return rowsFile(pages, { ...{ name, list: name, format, botId, exportedAt, bom }, columns, cellsOf });
}
