/** The database queries of monitoring: counters kept on rows, heads of queues. Nothing here reads a large table. */
import { ingest, query } from "@/lib/core/db";
import { botsByStatus, queuedBots } from "@/lib/fleet/bots";

export type Snapshot = {
  bots: { status: string; bots: number }[];
  pending: number;
  /** Since when the longest waiting head of a queue waits (epoch ms); null when none does. */
  oldest: number | null;
};

export function createMetricsStore() {
  const oldestHead = () =>
    query()
      .selectFrom(queuedBots().as("b"))
      .innerJoin("command as c", (join) =>
        join.on("c.seq", "=", (eb) =>
          eb
            .selectFrom("command as h")
            .select("h.seq")
            .whereRef("h.bot_id", "=", "b.id")
            .where("h.status", "=", "pending")
            .orderBy("h.rank")
            .orderBy("h.seq")
            .limit(1),
        ),
      )
      .select((eb) => eb.fn.min<number | null>(eb.fn.coalesce("c.run_at", "c.created_at")).as("at"))
      .executeTakeFirstOrThrow();

  return {
    async snapshot(): Promise<Snapshot> {
      const [bots, head] = await Promise.all([botsByStatus(), oldestHead()]);
      return { bots, pending: bots.reduce((sum, { pending }) => sum + pending, 0), oldest: head.at };
    },
    ingest: () => ({ ...ingest.counters, queued: ingest.queued }),
    /** Calls `listener` with the seconds each commit of the group takes. */
    onFlush(listener: (seconds: number) => void): void {
      ingest.onFlush = listener;
    },
  };
}

export type MetricsStore = ReturnType<typeof createMetricsStore>;
