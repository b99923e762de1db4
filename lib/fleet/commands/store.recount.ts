/** Reads again which commands were sent and ended, for figures that a crash took from memory. */
import { query, type Row } from "@/lib/core/db";

/** Sequence numbers of one statement, which a request may have to wait for. */
const AT_ONCE = 10_000;

type Span = { from: number; to: number };
type Times = Pick<Row<"command">, "created_at" | "run_at" | "dispatched_at">;
type EndedRow = Times & Pick<Row<"command">, "bot_id" | "status" | "reason"> & { completed_at: number };

async function newestSeq(): Promise<number> {
  const row = await query().selectFrom("command").select("seq").orderBy("seq", "desc").limit(1).executeTakeFirst();
  return row?.seq ?? 0;
}

/**
 * Gives the commands that ended between `from` and `to` (epoch ms) to `each`. No index knows when a command ended, so this
 * looks at all of them, in slices.
 */
export async function endedSince({ from, to }: Span, each: (row: EndedRow) => void): Promise<void> {
  for (let last = await newestSeq(); last > 0; last -= AT_ONCE) {
    const rows = await query()
      .selectFrom("command")
      .select(["bot_id", "status", "reason", "created_at", "run_at", "dispatched_at", "completed_at"])
      .where("seq", "<=", last)
      .where("seq", ">", last - AT_ONCE)
      .where("completed_at", ">=", from)
      .where("completed_at", "<", to)
      .$narrowType<{ completed_at: number }>()
      .execute();
    for (const row of rows) each(row);
    // SQLite answers in this thread: let requests in between two slices.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Gives the commands that were sent between `from` and `to` (epoch ms) to `each`, newest first. */
export async function queuedSince({ from, to }: Span, each: (row: { bot_id: string; created_at: number }) => void) {
  for (let last = await newestSeq(); last > 0; last -= AT_ONCE) {
    const rows = await query()
      .selectFrom("command")
      .select(["bot_id", "created_at"])
      .where("seq", "<=", last)
      .where("seq", ">", last - AT_ONCE)
      .execute();
    for (const row of rows) if (row.created_at >= from && row.created_at < to) each(row);
    if (rows.length > 0 && rows.every(({ created_at }) => created_at < from)) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
