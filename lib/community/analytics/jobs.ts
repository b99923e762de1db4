/**
 * Background jobs of analytics: they write counted use, end idle sessions, sum up past days and remove old sessions.
 * The database decides what is due (store.ts), so nothing is done twice.
 */
import type { Clock } from "@/lib/core/clock";
import type { Jobs } from "@/lib/core/jobs";
import { type Collector, FLUSH_MS } from "./collector";
import { addDays, dayOf } from "./days";
import { type AnalyticsStore, IDLE_MS } from "./store";

type Deps = { store: AnalyticsStore; collector: Collector; now: Clock };

const EVERY_MS = 60_000;
/** A day is summed up this long after its end, when every process has written what it counted on that day. */
const GRACE_MS = 10 * 60_000;
const CHUNK = 500;
const rest = () => new Promise<void>((resolve) => setTimeout(resolve, 20));

export function createAnalyticsJobs({ store, now }: Pick<Deps, "store" | "now">) {
  return {
    async tidy(signal?: AbortSignal): Promise<void> {
      await store.endIdle(now() - IDLE_MS);
      const limit = dayOf(now() - GRACE_MS);
      // Catch up one day after the other, however long the server was down.
      for (let day = await store.dueDay(limit); day && !signal?.aborted; day = await store.dueDay(limit))
        await store.rollUp(day);
      const { keep_days } = await store.settings();
      const oldest = addDays(dayOf(now()), -keep_days);
      while (!signal?.aborted && (await store.removeBefore(oldest, CHUNK)) === CHUNK) await rest();
    },
  };
}

/** Registers the jobs. */
export const scheduleAnalyticsJobs = ({ every }: Pick<Jobs, "every">, deps: Deps) => [
  // Each process gathers in its own memory.
  every({ name: "analytics.flush", interval: FLUSH_MS, run: () => deps.collector.flush() }),
  every({
    ...{ name: "analytics.tidy", interval: EVERY_MS, isLed: true },
    run: ({ signal }) => createAnalyticsJobs(deps).tidy(signal),
  }),
];
