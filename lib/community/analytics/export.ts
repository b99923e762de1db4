/** Analytics as a file. */
import { BOM, csvLines } from "@/lib/core/format/csv";
import type { Analytics } from "./contract";

export type Download = { filename: string; contentType: string; stream: AsyncIterable<string> };

const COLUMNS = ["day", "users", "sessions", "avg_session_duration", "actions", "page_views"] as const;

async function* one(text: string) {
  yield text;
}

/** A row per day as CSV, or the whole report as JSON. */
export function download(report: Analytics, format: "csv" | "json", exportedAt: string, bom: boolean): Download {
  const filename = `analytics-${report.from}-${report.to}.${format}`;
  if (format === "json")
    return {
      filename,
      contentType: "application/json; charset=utf-8",
      stream: one(JSON.stringify({ exported_at: exportedAt, ...report }, null, 2)),
    };
  const rows = report.series.map((row) => COLUMNS.map((column) => row[column]));
  return {
    filename,
    contentType: "text/csv; charset=utf-8",
    stream: one((bom ? BOM : "") + csvLines([COLUMNS, ...rows])),
  };
}
