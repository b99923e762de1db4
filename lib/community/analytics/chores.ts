/**
 * Background work of analytics: gathered use is written, silent sessions end, past days are summed up, old sessions are
 * removed. Every process runs it; the database decides which process does what (store.ts), so that nothing is done
 * twice.
 */
import type { Clock } from "@/lib/core/clock";
import { type Collector, FLUSH_MS } from "./collector";
import { addDays, dayOf } from "./days";
import { type AnalyticsStore, IDLE_MS } from "./store";

type Deps = {
  store: AnalyticsStore;
  collector: Collector;
  now: Clock;
  onError: (error: unknown) => void;
};

const EVERY_MS = 60_000;
/** A day is summed up when what the processes gathered in it must have been written. */
const GRACE_MS = 10 * 60_000;
const CHUNK = 500;
const rest = () => new Promise<void>((resolve) => setTimeout(resolve, 20));

export function createChores({ store, collector, now, onError }: Deps) {
  const timers: NodeJS.Timeout[] = [];
  let running: Promise<void> | undefined;
  let stopped = false;

  async function tidy(): Promise<void> {
    await store.endIdle(now() - IDLE_MS);
    const limit = dayOf(now() - GRACE_MS);
    // However long nobody ran: one day after the other.
    for (let day = await store.dueDay(limit); day && !stopped; day = await store.dueDay(limit)) await store.rollUp(day);
    const { keep_days } = await store.settings();
    const oldest = addDays(dayOf(now()), -keep_days);
    while (!stopped && (await store.removeBefore(oldest, CHUNK)) === CHUNK) await rest();
  }

  const once = () => {
    running ??= tidy().finally(() => {
      running = undefined;
    });
    return running;
  };

  return {
    /** One round of it; a round under way is the same round. */
    tidy: once,

    start(): void {
      stopped = false;
      timers.push(setInterval(() => void collector.flush(), FLUSH_MS).unref());
      timers.push(setInterval(() => void once().catch(onError), EVERY_MS).unref());
    },

    /** Writes what is left. */
    async stop(): Promise<void> {
      stopped = true;
      for (const timer of timers.splice(0)) clearInterval(timer);
      await running?.catch(onError);
      await collector.flush();
    },
  };
}
