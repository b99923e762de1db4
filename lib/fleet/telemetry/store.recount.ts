/** Reads the newest logs and messages again, for figures that a crash took from memory. */
import { query, sql } from "@/lib/core/db";
import type { Table } from "./store.types";

/** Rows of one statement, which a request may have to wait for. */
const ROWS_AT_ONCE = 2_000;

/** A stored row; `type` is empty for messages. */
type StoredRow = { bot_id: string; type: string; at: number };

/**
 * Gives the rows that were received between `from` and `to` (epoch ms) to `each`, newest first. Reads back from the newest
 * row to the first slice that is older.
 */
export async function storedSince(
  table: Table,
  { from, to }: { from: number; to: number },
  each: (row: StoredRow) => void,
): Promise<void> {
  for (let before: number | undefined; ; ) {
    const rows = await query()
      .selectFrom(table as "log")
      .select(["seq", "bot_id", "at", table === "log" ? "type" : sql.lit("").as("type")])
      .$if(before !== undefined, (newer) => newer.where("seq", "<", before!))
      .orderBy("seq", "desc")
      .limit(ROWS_AT_ONCE)
      .execute();
    for (const row of rows) if (row.at >= from && row.at < to) each(row);
    if (rows.length < ROWS_AT_ONCE || rows.every(({ at }) => at < from)) return;
    before = rows.at(-1)!.seq;
    // SQLite answers in this thread: let requests in between two slices.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
