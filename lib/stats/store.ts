/** Counts, read from the counters kept on the bots' rows: nothing here counts rows of a high-rate table. */
import { db } from "@/lib/db";

const NUMBERS = [
  "total_commands",
  "pending_commands",
  "completed_commands",
  "failed_commands",
  "total_logs",
  "error_logs",
  "total_messages",
] as const;
export type Counters = Record<(typeof NUMBERS)[number], number>;

const sums = NUMBERS.map((name) => `COALESCE(SUM(${name}), 0) AS ${name}`).join(", ");

export function createStatsStore() {
  return {
    /** Sums over the bots of an owner, or over all. */
    async overview(ownerId?: number): Promise<Counters & { bots: number; online: number }> {
      const [row] = await db().all<Counters & { bots: number; online: number }>(
        `SELECT count(*) AS bots, COALESCE(SUM(CASE WHEN status = 'offline' THEN 0 ELSE 1 END), 0) AS online, ${sums}
         FROM bot WHERE status <> 'deleting'${ownerId === undefined ? "" : " AND owner_id = $1"}`,
        ownerId === undefined ? [] : [ownerId],
      );
      return row!;
    },

    async countUsers(): Promise<number> {
      return (await db().all<{ n: number }>('SELECT count(*) AS n FROM "user"'))[0]!.n;
    },

    async countOwned(ownerId: number): Promise<number> {
      const [row] = await db().all<{ n: number }>(
        "SELECT count(*) AS n FROM bot WHERE owner_id = $1 AND status <> 'deleting'",
        [ownerId],
      );
      return row!.n;
    },

    async bot(id: string): Promise<Counters | undefined> {
      return (await db().all<Counters>(`SELECT ${NUMBERS.join(", ")} FROM bot WHERE id = $1`, [id]))[0];
    },

    /** How often each command type was sent to a bot, the most used first. */
    async commandTypes(id: string): Promise<Record<string, number>> {
      const rows = await db().all<{ type: string; n: number }>(
        "SELECT type, count(*) AS n FROM command WHERE bot_id = $1 GROUP BY type ORDER BY n DESC, type LIMIT 500",
        [id],
      );
      return Object.fromEntries(rows.map((row) => [row.type, row.n]));
    },
  };
}

export type StatsStore = ReturnType<typeof createStatsStore>;
