/** Background work of bots. Every process runs it, because each knows the presence of the bots connected to it only. */
import type { Job, Jobs } from "@/lib/core/jobs";
import type { createInstances } from "./instances/instances";
import type { Presence } from "./presence/presence";
import type { createParts } from "./reports/shards";
import type { BotService } from "./service";

/** The interval at which the sweep looks for polling instances that fell silent. */
const SWEEP_MS = 5_000;
const TIDY_MS = 60_000;

type Deps = {
  jobs: Pick<Jobs, "every">;
  service: Pick<BotService, "tidy" | "finishMoves" | "labelBots">;
  presence: Pick<Presence, "sweep" | "interval">;
  instances: Pick<ReturnType<typeof createInstances>, "sweep" | "liveParts">;
  shards: Pick<ReturnType<typeof createParts>, "sweep">;
};

export function createBotJobs({ jobs, service, presence, instances, shards }: Deps): Job[] {
  return [
    jobs.every({ name: "bots.presence", interval: presence.interval, run: presence.sweep }),
    jobs.every({
      ...{ name: "bots.instances", interval: SWEEP_MS },
      run() {
        instances.sweep();
        return shards.sweep(instances.liveParts());
      },
    }),
    jobs.every({ name: "bots.tidy", interval: TIDY_MS, first: 0, isLed: true, run: () => service.tidy() }),
    jobs.every({ name: "bots.moves", interval: TIDY_MS, first: 0, isLed: true, run: () => service.finishMoves() }),
    jobs.every({ name: "bots.labels", interval: TIDY_MS, first: 0, isLed: true, run: () => service.labelBots() }),
  ];
}
