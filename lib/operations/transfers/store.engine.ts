/** Transfers: what the engine asks of them. A lease says which process works on one; when it ends by time, another may. */
import { db } from "@/lib/core/db";
import type { Live, TaskRow } from "./rows";
import { SELECT } from "./store";

/** The fields of a running transfer that are stored every few seconds. */
type Kept = Live & { state: string; spent: number };
const KEPT =
  "size = $3, downloaded = $4, uploaded = $5, speed = $6, connections = $7, filename = $8, phase = $9, state = $10, spent = $11";
const kept = (live: Kept) => [
  live.size,
  live.downloaded,
  live.uploaded,
  live.speed,
  live.connections,
  live.filename,
  live.phase,
  live.state,
  live.spent,
];

export function createEngineStore() {
  return {
    /** The next one whose turn it is: of the owner who has fewest at work, the oldest. Never more than `max` at work at once. */
    claim: (me: string, at: number, until: number, max: number): Promise<TaskRow | undefined> =>
      db().write(async (tx) => {
        // One process counts at a time.
        if (tx.provider === "postgresql") await tx.all("SELECT pg_advisory_xact_lock(7233)");
        const [next] = await tx.all<{ id: string }>(
          `SELECT t.id AS id FROM transfer t
           LEFT JOIN (SELECT owner_id, count(*) AS n, MAX(started_at) AS last FROM transfer WHERE status = 'active' AND leased_until > $1 GROUP BY owner_id) busy ON busy.owner_id = t.owner_id
           LEFT JOIN (SELECT owner_id, MAX(started_at) AS last FROM transfer WHERE started_at IS NOT NULL GROUP BY owner_id) served ON served.owner_id = t.owner_id
           WHERE ((t.status = 'queued' AND t.due_at <= $1) OR (t.status = 'active' AND t.leased_until <= $1))
             AND (SELECT count(*) FROM transfer WHERE status = 'active' AND leased_until > $1) < $2
           ORDER BY COALESCE(busy.n, 0), COALESCE(served.last, 0), t.seq LIMIT 1`,
          [at, max],
        );
        if (!next) return undefined;
        // Paused or cancelled since it was looked at: it stays so, and the next look finds another.
        const taken = await tx.run(
          `UPDATE transfer SET status = 'active', leased_by = $2, leased_until = $3, started_at = COALESCE(started_at, $4), attempts = attempts + 1, error = NULL
           WHERE id = $1 AND ((status = 'queued' AND due_at <= $4) OR (status = 'active' AND leased_until <= $4))`,
          [next.id, me, until, at],
        );
        if (taken === 0) return undefined;
        const [row] = await tx.all<TaskRow>(`${SELECT} WHERE t.id = $1`, [next.id]);
        return row;
      }),

    /** Writes progress down and keeps the lease. False: it is no longer ours (paused, cancelled, deleted). */
    async keep(id: string, me: string, until: number, live: Kept): Promise<boolean> {
      return (
        (await db().run(
          `UPDATE transfer SET leased_until = $12, ${KEPT} WHERE id = $1 AND leased_by = $2 AND status = 'active'`,
          [id, me, ...kept(live), until],
        )) > 0
      );
    },

    /** Stores the progress of a paused transfer. */
    async keepPaused(id: string, live: Kept): Promise<void> {
      await db().run(`UPDATE transfer SET ${KEPT} WHERE id = $1 AND leased_by IS NULL AND status = $2`, [
        id,
        "paused",
        ...kept({ ...live, speed: null }),
      ]);
    },

    /** Back into the queue. */
    async requeue(id: string, me: string, dueAt: number, attempts: number, error: string | null): Promise<boolean> {
      return (
        (await db().run(
          "UPDATE transfer SET status = 'queued', leased_by = NULL, leased_until = NULL, speed = NULL, connections = 0, due_at = $3, attempts = $4, error = $5 WHERE id = $1 AND leased_by = $2 AND status = 'active'",
          [id, me, dueAt, attempts, error],
        )) > 0
      );
    },

    async settle(
      id: string,
      me: string,
      end: {
        status: "completed" | "failed";
        error: string | null;
        /** As they are stored. */
        files: string;
        at: number;
        deleteAt: number | null;
      },
    ): Promise<boolean> {
      return (
        (await db().run(
          "UPDATE transfer SET status = $3, error = $4, files = $5, finished_at = $6, delete_at = $7, leased_by = NULL, leased_until = NULL, speed = NULL, connections = 0 WHERE id = $1 AND leased_by = $2 AND status = 'active'",
          [id, me, end.status, end.error, end.files, end.at, end.deleteAt],
        )) > 0
      );
    },

    /** Parts that lie elsewhere already. */
    async sent(id: string, me: string, files: string): Promise<void> {
      await db().run("UPDATE transfer SET files = $3 WHERE id = $1 AND leased_by = $2", [id, me, files]);
    },

    /** Leases of a process that is gone end now. Only where this process is the only one. */
    async endLeases(at: number): Promise<void> {
      await db().run("UPDATE transfer SET leased_until = $1 WHERE status = 'active'", [at]);
    },

    /** Completed ones whose files are to be deleted, marked as done. */
    expired: (at: number): Promise<TaskRow[]> =>
      db().write(async (tx) => {
        const rows = await tx.all<TaskRow>(`${SELECT} WHERE t.delete_at <= $1 AND t.dir <> '' LIMIT 50`, [at]);
        for (const { id } of rows)
          await tx.run("UPDATE transfer SET delete_at = NULL, files = '[]' WHERE id = $1", [id]);
        return rows;
      }),

    /** Returns those of these ids whose files must be kept. A completed transfer without files may be deleted. */
    async known(ids: readonly string[]): Promise<Set<string>> {
      if (ids.length === 0) return new Set();
      const rows = await db().all<{ id: string }>(
        `SELECT id FROM transfer WHERE dir <> '' AND status <> 'cancelled' AND (status <> 'completed' OR files <> '[]') AND id IN (${ids.map((_, at) => `$${at + 1}`).join(", ")})`,
        [...ids],
      );
      return new Set(rows.map(({ id }) => id));
    },
  };
}
export type EngineStore = ReturnType<typeof createEngineStore>;
