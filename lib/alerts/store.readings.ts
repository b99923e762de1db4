/** What the database can tell of bots and their queues: now, and of the last day for dry runs. */
import { db, type Param } from "@/lib/db";
import type { Reading } from "./store";

/** Which bots a rule is about. */
export type BotScope = { owner_id?: number; bot_ids?: string[] };
/** One reading takes at most this many things; more are a trouble of their own. */
export const READINGS_MAX = 1000;
/** Rows a dry run looks at, newest first. */
const ROWS_MAX = 100_000;

export const ERROR_TYPES = ["error", "critical", "fatal"] as const;
const ERRORS = ERROR_TYPES.map((type) => `'${type}'`).join(", ");

function scoped({ owner_id, bot_ids }: BotScope, params: Param[], bot = "b.id", owner = "b.owner_id"): string {
  const where: string[] = [];
  if (owner_id !== undefined) where.push(`AND ${owner} = $${params.push(owner_id)}`);
  if (bot_ids) where.push(`AND ${bot} IN (${bot_ids.map((id) => `$${params.push(id)}`).join(", ")})`);
  return where.join(" ");
}

export type Happening = { bot_id: string; at: number };
export type Wait = { bot_id: string; from: number; until: number | null };
export type StatusAt = { bot_id: string; status: string; at: number };

export function createReadingStore() {
  const reading = (row: { id: string; name: string; since: number }, at: number): Reading => ({
    ...{ subject: row.id, label: row.name, bot_id: row.id, value: Math.max(0, (at - row.since) / 1000) },
  });
  /** The first row worth looking at of a table that grows at its end. */
  const newest = (table: "log" | "command", alias = "") =>
    `${alias}seq > (SELECT COALESCE(MAX(seq), 0) FROM ${table}) - ${ROWS_MAX}`;

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
    async names(ids: string[]): Promise<Map<string, { name: string; owner_id: number | null }>> {
      if (ids.length === 0) return new Map();
      const rows = await db().all<{ id: string; name: string; owner_id: number | null }>(
        `SELECT id, name, owner_id FROM bot WHERE id IN (${ids.map((_, index) => `$${index + 1}`).join(", ")})`,
        ids,
      );
      return new Map(rows.map(({ id, ...row }) => [id, row]));
    },

    /** What people are called. */
    async people(ids: number[]): Promise<Map<number, string>> {
      if (ids.length === 0) return new Map();
      const rows = await db().all<{ id: number; username: string }>(
        `SELECT id, username FROM "user" WHERE id IN (${ids.map((_, index) => `$${index + 1}`).join(", ")})`,
        ids,
      );
      return new Map(rows.map((row) => [row.id, row.username]));
    },

    /** Changes of status since `from`, and how each of those bots stood at that time. Oldest first. */
    async statuses(scope: BotScope, from: number): Promise<{ rows: StatusAt[]; complete: boolean }> {
      const params: Param[] = [from];
      const rows = await db().all<StatusAt>(
        `SELECT s.bot_id, s.status, s.at FROM status_change s JOIN bot b ON b.id = s.bot_id
         WHERE s.at >= $1 AND b.unclaimed_until IS NULL ${scoped(scope, params)} ORDER BY s.seq DESC LIMIT ${ROWS_MAX}`,
        params,
      );
      const before: Param[] = [from];
      const standing = await db().all<StatusAt>(
        `SELECT b.id AS bot_id, (SELECT s.status FROM status_change s WHERE s.bot_id = b.id AND s.at < $1 ORDER BY s.seq DESC LIMIT 1) AS status,
           (SELECT s.at FROM status_change s WHERE s.bot_id = b.id AND s.at < $1 ORDER BY s.seq DESC LIMIT 1) AS at
         FROM bot b WHERE b.last_active IS NOT NULL AND b.unclaimed_until IS NULL ${scoped(scope, before)} LIMIT 20000`,
        before,
      );
      return {
        rows: [...standing.filter((row) => row.status !== null), ...rows.reverse()],
        complete: rows.length < ROWS_MAX,
      };
    },

    /** When errors were logged since `from`, oldest first. */
    async errors(scope: BotScope, from: number): Promise<{ rows: Happening[]; complete: boolean }> {
      const params: Param[] = [from];
      const rows = await db().all<Happening>(
        `SELECT l.bot_id, l.at FROM log l WHERE ${newest("log", "l.")} AND l.at >= $1 AND lower(l.type) IN (${ERRORS})
         ${scoped(scope, params, "l.bot_id", "l.owner_id")} ORDER BY l.seq`,
        params,
      );
      return { rows, complete: await reaches("log", from) };
    },

    /** When commands failed since `from`, oldest first. */
    async failures(scope: BotScope, from: number): Promise<{ rows: Happening[]; complete: boolean }> {
      const params: Param[] = [from];
      const rows = await db().all<Happening>(
        `SELECT c.bot_id, c.completed_at AS at FROM command c
         WHERE ${newest("command", "c.")} AND c.status = 'failed' AND c.completed_at >= $1
         ${scoped(scope, params, "c.bot_id", "c.owner_id")} ORDER BY c.completed_at`,
        params,
      );
      return { rows, complete: await reaches("command", from) };
    },

    /** When commands waited since `from`, oldest first. */
    async waits(scope: BotScope, from: number): Promise<{ rows: Wait[]; complete: boolean }> {
      const params: Param[] = [from];
      const rows = await db().all<Wait>(
        `SELECT c.bot_id, COALESCE(c.run_at, c.created_at) AS "from", c.completed_at AS until FROM command c
         WHERE ${newest("command", "c.")} AND (c.completed_at IS NULL OR c.completed_at >= $1)
         ${scoped(scope, params, "c.bot_id", "c.owner_id")} ORDER BY 2`,
        params,
      );
      return { rows, complete: await reaches("command", from) };
    },
  };

  /** Does what is looked at go back to `from`? */
  async function reaches(table: "log" | "command", from: number): Promise<boolean> {
    const time = table === "log" ? "at" : "created_at";
    const [row] = await db().all<{ first: number | null; all_rows: number }>(
      `SELECT (SELECT ${time} FROM ${table} WHERE ${newest(table)} ORDER BY seq LIMIT 1) AS first,
              (SELECT COALESCE(MAX(seq), 0) FROM ${table}) AS all_rows`,
    );
    return !row || row.first === null || row.all_rows <= ROWS_MAX || row.first <= from;
  }
}

export type ReadingStore = ReturnType<typeof createReadingStore>;
