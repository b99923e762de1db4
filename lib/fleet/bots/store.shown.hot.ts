/**
 * Document 004's marker of the last command that a bot's GET showed. The commands room reads and writes this column.
 * Written as SQL text for speed, because bots of 004 poll with it (P5 in bench/ measures a poll).
 */
import type { Sql } from "@/lib/core/db";

/**
 * Reads the seq of the last command that the bot's GET showed; null when the bot sent no GET since the last `clear`.
 */
export async function readShownSeq(sql: Sql, botId: string): Promise<number | null> {
  const [bot] = await sql.all<{ seq: number | null }>("SELECT shown_seq AS seq FROM bot WHERE id = $1", [botId]);
  return bot?.seq ?? null;
}

export async function writeShownSeq(tx: Sql, botId: string, seq: number): Promise<void> {
  await tx.run("UPDATE bot SET shown_seq = $2 WHERE id = $1", [botId, seq]);
}

/** Clears the marker if it is still `seq`; a newer marker stays. */
export async function clearShownSeq(sql: Sql, botId: string, seq: number): Promise<void> {
  await sql.run("UPDATE bot SET shown_seq = NULL WHERE id = $1 AND shown_seq = $2", [botId, seq]);
}
