/** Removes old rows in slices. Each slice takes rows, their index entries and the bots' counters in one transaction. */

import { changeSetting, db, readSetting, type Sql, takeTurn } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import { Retention } from "./contract";
import { DEFAULT_RETENTION } from "./contract.constants";
import type { Indexed } from "./search/store.index";
import { level } from "./search/tokenize";

const POLICY = "retention";
const COUNTERS: Record<Indexed, { total: string; kind: string }> = {
  log: { total: "total_logs", kind: "type" },
  message: { total: "total_messages", kind: "thread_type" },
};

/** A JSON array of integers in $1 as a sub-query. */
const listed = (tx: Sql) =>
  tx.provider === "sqlite"
    ? "SELECT value FROM json_each($1)"
    : "SELECT value::bigint FROM json_array_elements_text($1::json)";

/** Levels that have a counter of their own. */
const LEVELS: Record<string, string> = {
  error: "error_logs",
  warning: "warning_logs",
  critical: "critical_logs",
};

const lowered = (column: string, by: string) =>
  `${column} = CASE WHEN ${column} > ${by} THEN ${column} - ${by} ELSE 0 END`;

async function remove(tx: Sql, table: Indexed, seqs: number[]): Promise<void> {
  const json = JSON.stringify(seqs);
  const { total, kind } = COUNTERS[table];
  const gone = await tx.all<{ bot_id: string; kind: string }>(
    `DELETE FROM ${table} WHERE seq IN (${listed(tx)}) RETURNING bot_id, ${kind} AS kind`,
    [json],
  );
  await tx.run(`DELETE FROM ${table}_fts WHERE ${tx.provider === "sqlite" ? "rowid" : "seq"} IN (${listed(tx)})`, [
    json,
  ]);
  const bots = new Map<string, { n: number; levels: Map<string, number> }>();
  for (const row of gone) {
    const count = bots.get(row.bot_id) ?? { n: 0, levels: new Map() };
    count.n++;
    const column = table === "log" ? LEVELS[level(row.kind)] : undefined;
    if (column) count.levels.set(column, (count.levels.get(column) ?? 0) + 1);
    bots.set(row.bot_id, count);
  }
  for (const [id, { n, levels }] of [...bots].sort(([a], [b]) => (a < b ? -1 : 1))) {
    await tx.run(`UPDATE bot SET ${lowered(total, "$2")} WHERE id = $1`, [id, n]);
    for (const [column, lost] of levels)
      await tx.run(`UPDATE bot SET ${lowered(column, "$2")} WHERE id = $1`, [id, lost]);
  }
}

/** Picks seqs and removes them; how many. */
const slice = (table: Indexed, pick: (tx: Sql) => Promise<{ seq: number }[]>) =>
  db().write(async (tx) => {
    await takeTurn(tx);
    const seqs = (await pick(tx)).map((row) => row.seq);
    if (seqs.length > 0) await remove(tx, table, seqs);
    return seqs.length;
  });

export type StoredPolicy = { retention: Retention; version: number };

/** Defaults for what was never set. */
function policyOf(text: string | undefined): Retention {
  const stored = Retention.partial().safeParse(text === undefined ? {} : readJson(text));
  return { ...DEFAULT_RETENTION, ...(stored.success ? stored.data : {}) };
}

export function createRetentionStore() {
  return {
    async policy(): Promise<StoredPolicy> {
      const { value, version } = await readSetting(POLICY);
      return { retention: policyOf(value), version };
    },

    /** Changes some fields. @returns undefined when another version than `expected` is stored */
    async changePolicy(change: Partial<Retention>, expected?: number): Promise<StoredPolicy | undefined> {
      const next = (stored: string | undefined) => JSON.stringify({ ...policyOf(stored), ...change });
      const changed = await changeSetting(POLICY, next, expected);
      return changed && { retention: policyOf(changed.value), version: changed.version };
    },

    /** Removes up to `limit` of the oldest rows from before `cutoff` (epoch ms). How many it removed. */
    async removeOlder(table: Indexed, cutoff: number, limit: number): Promise<number> {
      const [oldest] = await db().all<{ at: number }>(`SELECT at FROM ${table} ORDER BY seq LIMIT 1`);
      if (!oldest || oldest.at >= cutoff) return 0;
      return slice(table, async (tx) => {
        const rows = await tx.all<{ seq: number; at: number }>(`SELECT seq, at FROM ${table} ORDER BY seq LIMIT $1`, [
          limit,
        ]);
        // Times grow with seq: behind the first that is young enough everything is.
        const end = rows.findIndex((row) => row.at >= cutoff);
        return end < 0 ? rows : rows.slice(0, end);
      });
    },

    /** Bots that hold more than `most` rows. */
    async over(table: Indexed, most: number): Promise<string[]> {
      const rows = await db().all<{ id: string }>(`SELECT id FROM bot WHERE ${COUNTERS[table].total} > $1`, [most]);
      return rows.map((row) => row.id);
    },

    /** Removes up to `limit` of a bot's oldest rows, leaving `most`. How many it removed. */
    removeExcess: (table: Indexed, botId: string, most: number, limit: number): Promise<number> =>
      slice(table, async (tx) => {
        const [bot] = await tx.all<{ total: number }>(
          `SELECT ${COUNTERS[table].total} AS total FROM bot WHERE id = $1`,
          [botId],
        );
        const excess = Math.min((bot?.total ?? 0) - most, limit);
        if (excess <= 0) return [];
        return tx.all(`SELECT seq FROM ${table} WHERE bot_id = $1 ORDER BY seq LIMIT $2`, [botId, excess]);
      }),

    /** Removes up to `limit` rows of a bot being deleted. How many it removed. */
    removeOf: (table: Indexed, botId: string, limit: number): Promise<number> =>
      slice(table, (tx) => tx.all(`SELECT seq FROM ${table} WHERE bot_id = $1 ORDER BY seq LIMIT $2`, [botId, limit])),

    /**
     * Removes the commands settled before `cutoff` among the next `limit` commands after `from`.
     * @returns where to go on, or null when the rest is younger
     */
    removeCommands: (cutoff: number, from: number, limit: number): Promise<number | null> =>
      db().write(async (tx) => {
        await takeTurn(tx);
        const rows = await tx.all<{
          seq: number;
          bot_id: string;
          status: string;
          created_at: number;
          completed_at: number | null;
        }>("SELECT seq, bot_id, status, created_at, completed_at FROM command WHERE seq > $1 ORDER BY seq LIMIT $2", [
          from,
          limit,
        ]);
        const old = rows.filter((row) => row.status !== "pending" && (row.completed_at ?? row.created_at) < cutoff);
        if (old.length > 0) {
          await tx.run(`DELETE FROM command WHERE seq IN (${listed(tx)})`, [JSON.stringify(old.map((row) => row.seq))]);
          const bots = new Map<string, { n: number; failed: number }>();
          for (const row of old) {
            const count = bots.get(row.bot_id) ?? { n: 0, failed: 0 };
            count.n++;
            if (row.status === "failed") count.failed++;
            bots.set(row.bot_id, count);
          }
          for (const [id, { n, failed }] of [...bots].sort(([a], [b]) => (a < b ? -1 : 1)))
            await tx.run(
              `UPDATE bot SET ${lowered("total_commands", "$2")}, ${lowered("completed_commands", "$3")}, ${lowered("failed_commands", "$4")} WHERE id = $1`,
              [id, n, n - failed, failed],
            );
        }
        const last = rows.at(-1);
        return last && rows.length === limit && last.created_at < cutoff ? last.seq : null;
      }),
  };
}

export type RetentionStore = ReturnType<typeof createRetentionStore>;
