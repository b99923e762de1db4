/** Metrics: figures, service and store wired together, one of each per process. */
import { bus } from "@/lib/core/bus";
import { cacheSizes } from "@/lib/core/caches";
import { now } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { jobs } from "@/lib/core/jobs";
import { VERSION } from "@/lib/core/startup/version";
import { createOriginalFigures } from "@/lib/edge/compat/mltb";
import { type Machine, type SystemRoom, socketsHere } from "@/lib/operations/system";
import type { TransferGroup } from "@/lib/operations/transfers";
import { createFigures } from "./figures";
import { createMetricsService } from "./service";
import { createMetricsStore } from "./store";

type Deps = Pick<SystemRoom, "databaseBytes"> & {
  machine: Machine;
  services: { states: Figures["services"] };
  taskFigures: { totals: Figures["tasks"]; groups: () => Promise<TransferGroup[]> };
};
type Figures = Parameters<typeof createMetricsService>[0];

/** Builds the room. Call once per process. */
export function createMetrics({ databaseBytes, machine, services, taskFigures }: Deps) {
  const figures = createFigures();
  const service = createMetricsService({
    figures,
    store: createMetricsStore(),
    version: VERSION,
    database: env.provider,
    now,
    databaseBytes,
    tasks: () => taskFigures.totals(),
    sockets: socketsHere,
    services: () => services.states(),
    jobs: jobs.list,
    caches: cacheSizes,
    usage: () => machine.usage(),
    original: env.METRICS_COMPAT === "mltb" ? createOriginalFigures(figures.registry, taskFigures.groups) : undefined,
  });
  service.listen(bus);
  return { metrics: service };
}

export type MetricsRoom = ReturnType<typeof createMetrics>;
export type { Reading } from "./service";
