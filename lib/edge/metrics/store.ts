/** The database queries of monitoring: counters kept on rows, heads of queues. Nothing here reads a large table. */
import { ingest, query } from "@/lib/core/db";

export type Snapshot = {
  bots: { status: string; n: number }[];
  pending: number;
  /** Since when the longest waiting head of a queue waits (epoch ms); null when none does. */
  oldest: number | null;
};

export function createMetricsStore() {
  const bots = () =>
    query()
      .selectFrom("bot")
      .select((eb) => ["status", eb.fn.countAll<number>().as("n")])
      .groupBy("status")
      .execute();

  const pending = () =>
    query()
      .selectFrom("bot")
      .select((eb) => eb.fn.coalesce(eb.fn.sum<number>("pending_commands"), eb.lit(0)).as("n"))
      .executeTakeFirstOrThrow();

  const oldestHead = () =>
    query()
      .selectFrom("bot as b")
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
      .where("b.pending_commands", ">", 0)
      .executeTakeFirstOrThrow();

  return {
    async snapshot(): Promise<Snapshot> {
      const [byStatus, queue, head] = await Promise.all([bots(), pending(), oldestHead()]);
      return { bots: byStatus, pending: queue.n, oldest: head.at };
    },
    ingest: () => ({ ...ingest.counters, queued: ingest.queued }),
    /** Calls `listener` with the seconds each commit of the group takes. */
    onFlush(listener: (seconds: number) => void): void {
      ingest.onFlush = listener;
    },
  };
}

export type MetricsStore = ReturnType<typeof createMetricsStore>;
