/** The database queries of monitoring: counters kept on rows, heads of queues. Nothing here reads a large table. */
import { db, ingest } from "@/lib/core/db";

export type Snapshot = {
  bots: { status: string; n: number }[];
  pending: number;
  /** Since when the longest waiting head of a queue waits (epoch ms); null when none does. */
  oldest: number | null;
};

export function createMetricsStore() {
  return {
    async snapshot(): Promise<Snapshot> {
      const [bots, [queue], [head]] = await Promise.all([
        db().all<{ status: string; n: number }>("SELECT status, COUNT(*) AS n FROM bot GROUP BY status"),
        db().all<{ n: number }>("SELECT COALESCE(SUM(pending_commands), 0) AS n FROM bot"),
        db().all<{ at: number | null }>(
          `SELECT MIN(COALESCE(c.run_at, c.created_at)) AS at FROM bot b JOIN command c ON c.seq =
             (SELECT h.seq FROM command h WHERE h.bot_id = b.id AND h.status = 'pending' ORDER BY h.rank, h.seq LIMIT 1)
           WHERE b.pending_commands > 0`,
        ),
      ]);
      // PostgreSQL's sums arrive as text.
      return {
        bots: bots.map(({ status, n }) => ({ status, n: Number(n) })),
        pending: Number(queue?.n ?? 0),
        oldest: head?.at == null ? null : Number(head.at),
      };
    },
    ingest: () => ({ ...ingest.counters, queued: ingest.queued }),
    /** Calls `listener` with the seconds each commit of the group takes. */
    onFlush(listener: (seconds: number) => void): void {
      ingest.onFlush = listener;
    },
  };
}

export type MetricsStore = ReturnType<typeof createMetricsStore>;
