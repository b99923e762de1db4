/** Background work of notifications: every process sends from the queue and continues broadcasts. */
import type { Jobs, WorkerJob } from "@/lib/core/jobs";
import type { createNotificationService } from "./service";
import type { createRetentionStore } from "./store.retention";
import type { BotWatch } from "./watch";

const DAY_MS = 86_400_000;
const SWEEP_MS = 3_600_000;
const FIRST_SWEEP_MS = 60_000;
const WATCH_MS = 5_000;
/** How often to look for broadcasts that another process left unfinished. */
const ADVANCE_MS = 15_000;

type Deps = {
  jobs: Pick<Jobs, "every">;
  lanes: WorkerJob[];
  service: Pick<ReturnType<typeof createNotificationService>, "advance">;
  retention: ReturnType<typeof createRetentionStore>;
  watch: Pick<BotWatch, "sweep">;
  now(): number;
};

export function createNotificationJobs({ jobs, lanes, service, retention, watch, now }: Deps) {
  const broadcasts = jobs.every({
    ...{ name: "notifications.broadcasts", interval: ADVANCE_MS, first: 0 },
    run: ({ signal }) => service.advance(signal),
  });
  // Each process watches the bots that it saw disconnect.
  const bots = jobs.every({ name: "notifications.bots", interval: WATCH_MS, run: () => watch.sweep() });
  const sweep = jobs.every({
    ...{ name: "notifications.sweep", interval: SWEEP_MS, first: FIRST_SWEEP_MS, isLed: true },
    run: () => retention.sweep({ notifications: now() - 90 * DAY_MS, deliveries: now() - 7 * DAY_MS }),
  });
  return { broadcasts, all: [broadcasts, bots, sweep, ...lanes] };
}
