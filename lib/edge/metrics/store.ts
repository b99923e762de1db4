/** The database queries of monitoring: counters kept on rows, heads of queues. Nothing here reads a large table. */
import { ingest, query } from "@/lib/core/db";
import { botsByStatus, queuedBots } from "@/lib/fleet/bots";
import { queueHead } from "@/lib/fleet/commands";

export type Snapshot = {
  bots: { status: string; bots: number }[];
  pending: number;
  /** Since when the longest waiting head of a queue waits (epoch ms); null when none does. */
  oldest: number | null;
};

export function createMetricsStore() {
  /** Since when the head of the slowest queue waits. Reads one row for each queue. */
  const oldestHead = () =>
    query()
      .selectFrom((eb) =>
        eb
          .selectFrom(queuedBots().as("b"))
          .select((queue) => queueHead(queue.ref("b.id")).as("since"))
          .as("heads"),
      )
      .select((eb) => eb.fn.min<number | null>("since").as("at"))
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
