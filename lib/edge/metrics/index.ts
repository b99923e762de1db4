/** Metrics: figures, service and store wired together, one of each per process. */
import { bus } from "@/lib/core/bus";
import { cacheSizes } from "@/lib/core/caches";
import { now } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { jobs } from "@/lib/core/jobs";
import { singleton } from "@/lib/core/singleton";
import { VERSION } from "@/lib/core/startup/version";
import { databaseBytes, machine, outside, services } from "@/lib/operations/system";
import { createFigures } from "./figures";
import { createMetricsService } from "./service";
import { createMetricsStore } from "./store";

export const metrics = singleton("metrics", () => {
  const service = createMetricsService({
    figures: createFigures(),
    store: createMetricsStore(),
    version: VERSION,
    database: env.provider,
    now,
    databaseBytes,
    tasks: () => outside.tasks.totals(),
    sockets: () => outside.sockets(),
    services: () => services.states(),
    jobs: jobs.list,
    caches: cacheSizes,
    usage: () => machine.usage(),
  });
  service.listen(bus);
  return service;
});
