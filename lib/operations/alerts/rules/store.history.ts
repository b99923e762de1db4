/**
 * Readings of the last day, for dry runs and for the counters of a process that has just started. Reads the newest
 * ROWS_MAX rows of a table; `from` is the time since when those are complete.
 */
import { db, type Param } from "@/lib/core/db";
import { BUCKET_MS, type Past } from "@/lib/operations/alerts/engine/counters";
import { type BotScope, scoped } from "@/lib/operations/alerts/engine/store.readings";

const ROWS_MAX = 100_000;

export const ERROR_TYPES = ["error", "critical", "fatal"] as const;
const IS_ERROR = `lower(l.type) IN (${ERROR_TYPES.map((type) => `'${type}'`).join(", ")})`;
/** Cancelled by a person is no failure. */
const HAS_FAILED = "c.status = 'failed' AND (c.reason IS NULL OR c.reason <> 'cancelled')";

export type Happening = { subject: string; at: number };
export type Wait = { subject: string; from: number; until: number | null };
export type StatusAt = { subject: string; status: string; at: number };
export type Sample = { at: number; value: number };
type Told<Row> = { rows: Row[]; from: number };

/** The first row worth looking at of a table that grows at its end. */
const newest = (table: "log" | "command", alias: string) =>
  `${alias}.seq > (SELECT COALESCE(MAX(seq), 0) FROM ${table}) - ${ROWS_MAX}`;

export function createHistoryStore() {
  /** How often it happened before `at`, oldest first. */
  const counted = (subject: string, from: string, time: string, where: string) => (since: number, at: number) =>
    db().all<Past>(
      `SELECT ${subject} AS subject, owner_id, ${time} / ${BUCKET_MS} AS bucket, count(*) AS times FROM ${from}
       WHERE ${where} AND ${time} >= $1 AND ${time} < $2 GROUP BY 1, 2, 3 ORDER BY 3`,
      [since, at],
    );

  return {
    past: {
      errors: counted("l.bot_id", "log l", "l.at", `${newest("log", "l")} AND ${IS_ERROR}`),
      failures: counted("c.bot_id", "command c", "c.completed_at", `${newest("command", "c")} AND ${HAS_FAILED}`),
      transfers: counted("'user:' || t.owner_id", "transfer t", "t.finished_at", "t.status = 'failed'"),
    },

    /** Changes of status since `from`, and how each of those bots stood at that time. Oldest first. */
    async statuses(scope: BotScope, from: number): Promise<Told<StatusAt>> {
      const params: Param[] = [from];
      const rows = await db().all<StatusAt>(
        `SELECT s.bot_id AS subject, s.status, s.at FROM status_change s JOIN bot b ON b.id = s.bot_id
         WHERE s.at >= $1 AND b.unclaimed_until IS NULL ${scoped(scope, params)} ORDER BY s.seq DESC LIMIT ${ROWS_MAX}`,
        params,
      );
      const before: Param[] = [from];
      const standing = await db().all<StatusAt>(
        `SELECT b.id AS subject, (SELECT s.status FROM status_change s WHERE s.bot_id = b.id AND s.at < $1 ORDER BY s.seq DESC LIMIT 1) AS status,
           (SELECT s.at FROM status_change s WHERE s.bot_id = b.id AND s.at < $1 ORDER BY s.seq DESC LIMIT 1) AS at
         FROM bot b WHERE b.last_active IS NOT NULL AND b.unclaimed_until IS NULL ${scoped(scope, before)} LIMIT 20000`,
        before,
      );
      return {
        rows: [...standing.filter((row) => row.status !== null), ...rows.reverse()],
        from: rows.length < ROWS_MAX ? from : rows[0]!.at,
      };
    },

    /** When errors were logged, oldest first. */
    async errors(scope: BotScope, from: number): Promise<Told<Happening>> {
      const params: Param[] = [from];
      const rows = await db().all<Happening>(
        `SELECT l.bot_id AS subject, l.at FROM log l WHERE ${newest("log", "l")} AND l.at >= $1 AND ${IS_ERROR}
         ${scoped(scope, params, "l.bot_id", "l.owner_id")} ORDER BY l.seq`,
        params,
      );
      return { rows, from: await reaches("log", from) };
    },

    /** When commands failed, oldest first. */
    async failures(scope: BotScope, from: number): Promise<Told<Happening>> {
      const params: Param[] = [from];
      const rows = await db().all<Happening>(
        `SELECT c.bot_id AS subject, c.completed_at AS at FROM command c
         WHERE ${newest("command", "c")} AND ${HAS_FAILED} AND c.completed_at >= $1
         ${scoped(scope, params, "c.bot_id", "c.owner_id")} ORDER BY c.completed_at`,
        params,
      );
      return { rows, from: await reaches("command", from) };
    },

    /** When transfers failed that have not been tried again or removed since, oldest first. */
    async transfers(ownerId: number | undefined, from: number): Promise<Told<Happening>> {
      const params: Param[] = [from];
      const own = ownerId === undefined ? "" : `AND owner_id = $${params.push(ownerId)}`;
      const rows = await db().all<Happening>(
        `SELECT 'user:' || owner_id AS subject, finished_at AS at FROM transfer
         WHERE status = 'failed' AND finished_at >= $1 ${own} ORDER BY finished_at DESC LIMIT ${ROWS_MAX}`,
        params,
      );
      rows.reverse();
      return { rows, from: rows.length < ROWS_MAX ? from : rows[0]!.at };
    },

    /** When commands waited, oldest first. */
    async waits(scope: BotScope, from: number): Promise<Told<Wait>> {
      const params: Param[] = [from];
      const rows = await db().all<Wait>(
        `SELECT c.bot_id AS subject, COALESCE(c.run_at, c.created_at) AS "from", c.completed_at AS until FROM command c
         WHERE ${newest("command", "c")} AND (c.completed_at IS NULL OR c.completed_at >= $1)
         ${scoped(scope, params, "c.bot_id", "c.owner_id")} ORDER BY 2`,
        params,
      );
      return { rows, from: await reaches("command", from) };
    },

    /** How the machine stood, in percent, oldest first. Nothing is known of before the first. */
    async samples(part: "cpu" | "memory" | "disk", from: number, to: number): Promise<Told<Sample>> {
      const rows = await db().all<Sample>(
        `SELECT at, ${part} AS value FROM machine_sample WHERE at >= $1 ORDER BY at`,
        [from],
      );
      return { rows, from: rows[0]?.at ?? to };
    },

    /** At most one for each `at`, whichever process is first; those before `oldest` go. */
    async sample(at: number, { cpu, memory, disk }: Record<"cpu" | "memory" | "disk", number>, oldest: number) {
      const sql = "INSERT INTO machine_sample (at, cpu, memory, disk) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
      await db().run(sql, [at, cpu, memory, disk]);
      await db().run("DELETE FROM machine_sample WHERE at < $1", [oldest]);
    },
  };

  /** Since when what is looked at is all there was; `from` at the earliest. */
  async function reaches(table: "log" | "command", from: number): Promise<number> {
    const time = table === "log" ? "at" : "created_at";
    const [row] = await db().all<{ first: number | null; last: number }>(
      `SELECT (SELECT ${time} FROM ${table} t WHERE ${newest(table, "t")} ORDER BY seq LIMIT 1) AS first,
              (SELECT COALESCE(MAX(seq), 0) FROM ${table}) AS last`,
    );
    return !row || row.first === null || row.last <= ROWS_MAX ? from : Math.max(from, row.first);
  }
}

export type HistoryStore = ReturnType<typeof createHistoryStore>;
