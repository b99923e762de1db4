/** Document 004's mark of what a bot was shown of its queue, a column that the room of commands reads and writes. */
import { type Queries, query } from "@/lib/core/db";

/** The seq of the last command that its GET showed; null when there was none since the last `clear`. */
export async function readShownSeq(queries: Queries, botId: string): Promise<number | null> {
  const bot = await queries.selectFrom("bot").select("shown_seq").where("id", "=", botId).executeTakeFirst();
  return bot?.shown_seq ?? null;
}

export async function writeShownSeq(trx: Queries, botId: string, seq: number): Promise<void> {
  await trx.updateTable("bot").set({ shown_seq: seq }).where("id", "=", botId).execute();
}

/** Forgets the mark if it is still `seq`: a newer one stays. */
export async function clearShownSeq(botId: string, seq: number): Promise<void> {
  const bot = query().updateTable("bot").set({ shown_seq: null });
  await bot.where("id", "=", botId).where("shown_seq", "=", seq).execute();
}
