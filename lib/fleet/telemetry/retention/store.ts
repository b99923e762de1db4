/**
 * Removes old rows in slices. Each slice removes rows and their index entries, and lowers the bots' counters, in one
 * transaction.
 */

import { inList, type Queries, query, takeCommitTurn, transaction } from "@/lib/core/db";
import { botsAbove, type Counter, lowerCounters, readCounter } from "@/lib/fleet/bots";
import { removeEntries } from "@/lib/fleet/telemetry/search/store.index";
import { level } from "@/lib/fleet/telemetry/search/tokenize";
import type { Table } from "@/lib/fleet/telemetry/store.types";

const TOTAL = { log: "total_logs", message: "total_messages" } as const satisfies Record<Table, Counter>;
/** Levels that have a counter of their own. */
const LEVELS: Record<string, Counter> = { error: "error_logs", warning: "warning_logs", critical: "critical_logs" };

type Removed = { bot_id: string; type?: string };

function countByBot(table: Table, rows: readonly Removed[]) {
  const bots = new Map<string, Partial<Record<Counter, number>>>();
  for (const { bot_id, type } of rows) {
    const counts = bots.get(bot_id) ?? {};
    bots.set(bot_id, counts);
    const ofLevel = type === undefined ? undefined : LEVELS[level(type)];
    for (const counter of [TOTAL[table], ...(ofLevel ? [ofLevel] : [])]) counts[counter] = (counts[counter] ?? 0) + 1;
  }
  return bots;
}

async function remove(trx: Queries, table: Table, seqs: number[]): Promise<void> {
  const deleted: Removed[] =
    table === "log"
      ? await trx.deleteFrom("log").where("seq", "in", inList(seqs)).returning(["bot_id", "type"]).execute()
      : await trx.deleteFrom("message").where("seq", "in", inList(seqs)).returning("bot_id").execute();
  await removeEntries(trx, table, seqs);
  await lowerCounters(trx, countByBot(table, deleted));
}

/** Selects the oldest rows of either table. Both tables have the columns used here. */
const oldest = (queries: Queries, table: Table, limit: number) =>
  queries
    .selectFrom(table as "log")
    .select("seq")
    .orderBy("seq")
    .limit(limit);

/** Removes the rows whose seqs `pick` returns. Returns their number. */
const slice = (table: Table, pick: (trx: Queries) => Promise<{ seq: number }[]>): Promise<number> =>
  transaction(async (trx) => {
    await takeCommitTurn(trx);
    const seqs = (await pick(trx)).map((row) => row.seq);
    if (seqs.length > 0) await remove(trx, table, seqs);
    return seqs.length;
  });

export function createRetentionStore() {
  return {
    /** Removes up to `limit` of the oldest rows from before `cutoff` (epoch ms). Returns the number removed. */
    async removeOlder(table: Table, cutoff: number, limit: number): Promise<number> {
      const [first] = await oldest(query(), table, 1).select("at").execute();
      if (!first || first.at >= cutoff) return 0;
      return slice(table, async (trx) => {
        const rows = await oldest(trx, table, limit).select("at").execute();
        // Times grow with seq, so every row after the first one that is young enough stays, too.
        const end = rows.findIndex((row) => row.at >= cutoff);
        return end < 0 ? rows : rows.slice(0, end);
      });
    },

    /** Lists the bots with more than `most` rows. */
    botsOver: (table: Table, most: number): Promise<string[]> => botsAbove(TOTAL[table], most),

    /** Removes up to `limit` of a bot's oldest rows, but leaves its newest `most` rows. Returns the number removed. */
    removeExcess: (table: Table, botId: string, most: number, limit: number): Promise<number> =>
      slice(table, async (trx) => {
        const excess = Math.min((await readCounter(trx, botId, TOTAL[table])) - most, limit);
        return excess > 0 ? oldest(trx, table, excess).where("bot_id", "=", botId).execute() : [];
      }),

    /** Removes up to `limit` rows of a bot that is being deleted. Returns the number removed. */
    removeOf: (table: Table, botId: string, limit: number): Promise<number> =>
      slice(table, (trx) => oldest(trx, table, limit).where("bot_id", "=", botId).execute()),
  };
}

export type RetentionStore = ReturnType<typeof createRetentionStore>;
