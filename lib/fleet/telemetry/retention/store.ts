/**
 * Removes rows in slices (P17 in bench/). Each slice removes rows, notes or removes their index entries, and lowers the bots'
 * counters, in one transaction.
 */

import { inList, type Queries, queriesIn, query } from "@/lib/core/db";
import { botsAbove, type Counter, lowerCounters, readCounter } from "@/lib/fleet/bots";
import { removeEntries } from "@/lib/fleet/telemetry/search/store.index";
import { level } from "@/lib/fleet/telemetry/search/tokenize";
import { type Chunk, chunk, NOTHING } from "@/lib/fleet/telemetry/store.chunk";
import { readSteps } from "@/lib/fleet/telemetry/store.steps";
import type { Table } from "@/lib/fleet/telemetry/store.types";

const TOTAL = { log: "total_logs", message: "total_messages" } as const satisfies Record<Table, Counter>;
/** Levels that have a counter of their own. */
const LEVELS: Record<string, Counter> = { error: "error_logs", warning: "warning_logs", critical: "critical_logs" };

type Removed = { seq: number; bot_id: string; type?: string };

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

/** Removes rows by seq, with their index entries, and returns what the counters need to know of them. */
async function remove(trx: Queries, table: Table, seqs: readonly number[]): Promise<Removed[]> {
  if (seqs.length === 0) return [];
  const removed: Removed[] =
    table === "log"
      ? await trx.deleteFrom("log").where("seq", "in", inList(seqs)).returning(["seq", "bot_id", "type"]).execute()
      : await trx.deleteFrom("message").where("seq", "in", inList(seqs)).returning(["seq", "bot_id"]).execute();
  await removeEntries(
    trx,
    table,
    removed.map(({ seq }) => seq),
  );
  return removed;
}

/** Selects the rows at one end of either table. Both tables have the columns used here. */
const outermost = (queries: Queries, table: Table, limit: number, end: "oldest" | "newest" = "oldest") =>
  queries
    .selectFrom(table as "log")
    .select("seq")
    .orderBy("seq", end === "oldest" ? "asc" : "desc")
    .limit(limit);

/** Removes the rows whose seqs `pick` returns. */
const slice = (table: Table, pick: (trx: Queries) => Promise<{ seq: number }[]>): Promise<Chunk> =>
  chunk(async (tx, waitForTurn) => {
    const trx = queriesIn(tx);
    const picked = await pick(trx);
    const removed = await remove(
      trx,
      table,
      picked.map(({ seq }) => seq),
    );
    // On PostgreSQL new rows are stored meanwhile: only the counters are rows that both write to.
    if (removed.length > 0) await waitForTurn();
    await lowerCounters(trx, countByBot(table, removed));
    return removed.length;
  });

/** Returns the last row after a step of the clock that is older than `cutoff`, 0 when there is none. */
async function oldStep(table: Table, cutoff: number): Promise<number> {
  for (const seq of (await readSteps(table)).reverse()) {
    const [row] = await outermost(query(), table, 1).select("at").where("seq", ">=", seq).execute();
    if (row && row.at < cutoff) return seq;
  }
  return 0;
}

export function createRetentionStore() {
  return {
    /** Removes up to `limit` of the oldest rows from before `cutoff` (epoch ms). */
    async removeOlder(table: Table, cutoff: number, limit: number): Promise<Chunk> {
      const [first] = await outermost(query(), table, 1).select("at").execute();
      // Rows that were stored while the clock was fast are as old as the rows after them, whatever their times say.
      const old = first && first.at >= cutoff ? await oldStep(table, cutoff) : 0;
      if (!first || (first.at >= cutoff && first.seq >= old)) return NOTHING;
      return slice(table, async (trx) => {
        const rows = await outermost(trx, table, limit).select("at").execute();
        // Times grow with seq, so every row after the first one that is young enough stays, too.
        const end = rows.findIndex((row) => row.at >= cutoff && row.seq >= old);
        return end < 0 ? rows : rows.slice(0, end);
      });
    },

    /** Lists the bots with more than `most` rows. */
    botsOver: (table: Table, most: number): Promise<string[]> => botsAbove(TOTAL[table], most),

    /** Removes up to `limit` of a bot's oldest rows, but leaves its newest `most` rows. */
    removeExcess: (table: Table, botId: string, most: number, limit: number): Promise<Chunk> =>
      slice(table, async (trx) => {
        const excess = Math.min((await readCounter(trx, botId, TOTAL[table])) - most, limit);
        return excess > 0 ? outermost(trx, table, excess).where("bot_id", "=", botId).execute() : [];
      }),

    /**
     * Removes up to `limit` rows of a bot that is being deleted. The newest go first, because every list begins with them
     * and has to pass over the ones that are still there.
     */
    removeOf: (table: Table, botId: string, limit: number): Promise<Chunk> =>
      slice(table, (trx) => outermost(trx, table, limit, "newest").where("bot_id", "=", botId).execute()),
  };
}

export type RetentionStore = ReturnType<typeof createRetentionStore>;
