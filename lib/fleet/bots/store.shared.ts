/** Statements on bots that other rooms run in transactions of their own. */
import { jsonRows, lockRows, type Queries, query, sql } from "@/lib/core/db";
import type { Counter } from "./store.counters.hot";

/** Returns the owner of a bot that is not being deleted, and keeps other writers of the bot waiting until the transaction ends. */
export const lockBot = (trx: Queries, botId: string): Promise<{ owner_id: number | null } | undefined> =>
  lockRows(
    trx.selectFrom("bot").select("owner_id").where("id", "=", botId).where("status", "<>", "deleting"),
  ).executeTakeFirst();

/**
 * Lowers bots' counters by the number of rows that were removed, in one statement. A counter never falls below 0. Take the turn
 * of the flushes first (`takeTurn`): two transactions that change the same bots would otherwise deadlock.
 */
export async function lowerCounters(
  trx: Queries,
  removed: ReadonlyMap<string, Partial<Record<Counter, number>>>,
): Promise<void> {
  if (removed.size === 0) return;
  const counters = [...new Set([...removed.values()].flatMap((counts) => Object.keys(counts)))].sort();
  const none = Object.fromEntries(counters.map((counter) => [counter, 0]));
  const rows = [...removed].map(([id, counts]) => ({ id, ...none, ...counts }));
  const columns = { id: "text", ...Object.fromEntries(counters.map((counter) => [counter, "int"])) } as const;
  const lowered = counters.map((counter) => {
    const [stored, gone] = [sql.ref<number>(`bot.${counter}`), sql.ref<number>(`x.${counter}`)];
    return [counter, sql<number>`case when ${stored} > ${gone} then ${stored} - ${gone} else 0 end`];
  });
  await trx
    .updateTable("bot")
    .from(jsonRows(rows, columns).as("x"))
    .set(Object.fromEntries(lowered))
    .whereRef("bot.id", "=", "x.id")
    .execute();
}

/** Reads a counter of a bot; 0 when the bot is gone. */
export async function readCounter(trx: Queries, botId: string, counter: Counter): Promise<number> {
  const row = await trx.selectFrom("bot").select(`${counter} as count`).where("id", "=", botId).executeTakeFirst();
  return row?.count ?? 0;
}

/** Lists the ids of bots with a counter above `most`. */
export async function botsAbove(counter: Counter, most: number): Promise<string[]> {
  const rows = await query().selectFrom("bot").select("id").where(counter, ">", most).execute();
  return rows.map((row) => row.id);
}
