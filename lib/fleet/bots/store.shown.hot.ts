/**
 * Document 004's mark of what a bot was shown of its queue, a column that the room of commands reads and writes. Text,
 * because bots of 004 poll with it (P5 in bench/ measures a poll).
 */
import type { Sql } from "@/lib/core/db";

/** The seq of the last command that its GET showed; null when there was none since the last `clear`. */
export async function readShownSeq(sql: Sql, botId: string): Promise<number | null> {
  const [bot] = await sql.all<{ seq: number | null }>("SELECT shown_seq AS seq FROM bot WHERE id = $1", [botId]);
  return bot?.seq ?? null;
}

export async function writeShownSeq(tx: Sql, botId: string, seq: number): Promise<void> {
  await tx.run("UPDATE bot SET shown_seq = $2 WHERE id = $1", [botId, seq]);
}

/** Forgets the mark if it is still `seq`: a newer one stays. */
export async function clearShownSeq(sql: Sql, botId: string, seq: number): Promise<void> {
  await sql.run("UPDATE bot SET shown_seq = NULL WHERE id = $1 AND shown_seq = $2", [botId, seq]);
}
