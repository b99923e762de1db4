/** Background work of alerts: one process evaluates the rules, every process sends messages. */
import type { Job, Jobs } from "@/lib/core/jobs";
import type { ChannelStore } from "./channels/store";
import type { createCounter } from "./engine/counters";
import type { createEngine } from "./engine/engine";
import type { LineCounter } from "./engine/lines";
import type { HistoryStore } from "./rules/store.history";
import type { AlertStore } from "./store";

const TICK_MS = 5_000;
/** Rules are evaluated this soon after a bot went online or offline. */
const SOON_MS = 500;
/** How often the rules that count lines are read again. */
const LINES_MS = 30_000;
const SWEEP_MS = 3_600_000;
const DAY_MS = 86_400_000;

type Counter = ReturnType<typeof createCounter>;
type Deps = {
  jobs: Pick<Jobs, "every">;
  engine: Pick<ReturnType<typeof createEngine>, "tick">;
  sample(): Promise<unknown>;
  store: Pick<AlertStore, "sweep">;
  channels: Pick<ChannelStore, "sweep">;
  /** Counters of recent events, by kind. */
  counters: Record<keyof HistoryStore["past"], Counter>;
  past: HistoryStore["past"];
  lines: Pick<LineCounter, "refresh" | "maintain">;
  deliveries: Job;
  now(): number;
  onError(error: unknown): void;
};

export function createAlertJobs(deps: Deps) {
  const { jobs, engine, sample, store, channels, counters, past, lines, deliveries, now, onError } = deps;
  let remembered: Promise<unknown> = Promise.resolve();

  async function remember(): Promise<void> {
    const at = now();
    for (const [kind, counter] of Object.entries(counters) as [keyof typeof past, Counter][]) {
      counter.clear();
      counter.before(await past[kind](at - DAY_MS, at));
    }
  }

  const watch = jobs.every({
    ...{ name: "alerts.watch", interval: TICK_MS, first: 0, isLed: true },
    async run({ awayMs }) {
      await remembered;
      await engine.tick(awayMs);
      await sample();
    },
  });
  const sweep = jobs.every({
    ...{ name: "alerts.sweep", interval: SWEEP_MS, isLed: true },
    async run() {
      await store.sweep(now() - 90 * DAY_MS);
      await channels.sweep(now() - 7 * DAY_MS);
    },
  });

  const counting = jobs.every({ name: "alerts.lines", interval: LINES_MS, run: lines.maintain });

  return {
    all: [watch, sweep, counting, deliveries],
    /**
     * Fills the counters from the database at the start. With empty counters, a restart would resolve alerts that still
     * hold.
     */
    remember(): void {
      remembered = remember().catch(onError);
      // Rules wait for these counts by themselves.
      void lines.refresh();
    },
    /** Evaluates the rules soon, because something changed that they may watch. */
    lookSoon: () => watch.wake(SOON_MS),
  };
}
