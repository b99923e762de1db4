/** Statements on bots that other rooms run in transactions of their own. */
import { lockRows, type Queries, query, sql } from "@/lib/core/db";
import type { Counter } from "./store.counters.hot";

/** Returns the owner of a bot that is not being deleted, and keeps other writers of the bot waiting until the transaction ends. */
export const lockBot = (trx: Queries, botId: string): Promise<{ owner_id: number | null } | undefined> =>
  lockRows(
    trx.selectFrom("bot").select("owner_id").where("id", "=", botId).where("status", "<>", "deleting"),
  ).executeTakeFirst();

/** Lowers bots' counters by the number of rows that were removed. A counter never falls below 0. */
export async function lowerCounters(
  trx: Queries,
  removed: ReadonlyMap<string, Partial<Record<Counter, number>>>,
): Promise<void> {
  // Update in the order of ids: two transactions that lower the same bots would otherwise deadlock.
  for (const [id, counts] of [...removed].sort(([a], [b]) => (a < b ? -1 : 1)))
    await trx
      .updateTable("bot")
      .set(
        Object.fromEntries(
          Object.entries(counts).map(([counter, count]) => {
            const column = sql.ref<number>(counter);
            return [counter, sql<number>`case when ${column} > ${count} then ${column} - ${count} else 0 end`];
          }),
        ),
      )
      .where("id", "=", id)
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
