/** Current readings of bots and their queues. Past readings: store.history.ts. */
import { db, listed, listText, type Param } from "@/lib/core/db";
import type { Reading } from "@/lib/operations/alerts/store.rows";

/** The bots that a rule applies to. */
export type BotScope = { owner_id?: number; bot_ids?: string[] };
/** One reading takes at most this many things; more are a trouble of their own. */
export const READINGS_MAX = 1000;

/** As a condition; adds to the statement's parameters. */
export function scoped({ owner_id, bot_ids }: BotScope, params: Param[], bot = "b.id", owner = "b.owner_id"): string {
  const where: string[] = [];
  if (owner_id !== undefined) where.push(`AND ${owner} = $${params.push(owner_id)}`);
  if (bot_ids) where.push(`AND ${bot} IN (${listed(db(), params.push(listText(bot_ids)))})`);
  return where.join(" ");
}

export function createReadingStore() {
  const reading = (row: { id: string; name: string; since: number }, at: number): Reading => ({
    ...{ subject: row.id, label: row.name, bot_id: row.id, value: Math.max(0, (at - row.since) / 1000) },
  });

  return {
    /** Bots that were there and have been offline for `seconds`. */
    async offline(scope: BotScope, seconds: number, at: number): Promise<Reading[]> {
      const params: Param[] = [at - seconds * 1000];
      const rows = await db().all<{ id: string; name: string; since: number }>(
        `SELECT b.id, b.name, b.status_since AS since FROM bot b
         WHERE b.status = 'offline' AND b.last_active IS NOT NULL AND b.unclaimed_until IS NULL AND b.status_since <= $1
         ${scoped(scope, params)} ORDER BY b.status_since LIMIT ${READINGS_MAX}`,
        params,
      );
      return rows.map((row) => reading(row, at));
    },

    /** Bots whose oldest command that could be handed out has waited for `seconds`. */
    async queues(scope: BotScope, seconds: number, at: number): Promise<Reading[]> {
      const params: Param[] = [at, at - seconds * 1000];
      const rows = await db().all<{ id: string; name: string; since: number }>(
        `SELECT * FROM (SELECT b.id, b.name, (SELECT MIN(COALESCE(c.run_at, c.created_at)) FROM command c
           WHERE c.bot_id = b.id AND c.status = 'pending' AND (c.run_at IS NULL OR c.run_at <= $1)) AS since
         FROM bot b WHERE b.pending_commands > 0 ${scoped(scope, params)}) q
         WHERE q.since <= $2 ORDER BY q.since LIMIT ${READINGS_MAX}`,
        params,
      );
      return rows.map((row) => reading(row, at));
    },

    /** Names of what is there. */
    async names(ids: string[]): Promise<Map<string, string>> {
      if (ids.length === 0) return new Map();
      const rows = await db().all<{ id: string; name: string }>(
        `SELECT id, name FROM bot WHERE id IN (${listed(db(), 1)})`,
        [listText(ids)],
      );
      return new Map(rows.map((row) => [row.id, row.name]));
    },

    /** Returns people's names by id. */
    async people(ids: number[]): Promise<Map<number, string>> {
      if (ids.length === 0) return new Map();
      const rows = await db().all<{ id: number; username: string }>(
        `SELECT id, username FROM "user" WHERE id IN (${listed(db(), 1, "bigint")})`,
        [listText(ids)],
      );
      return new Map(rows.map((row) => [row.id, row.username]));
    },
  };
}

export type ReadingStore = ReturnType<typeof createReadingStore>;
