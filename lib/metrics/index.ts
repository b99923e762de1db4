/** Metrics: figures, service and store wired together, one of each per process. */
import { bus } from "@/lib/bus";
import { cacheSizes } from "@/lib/caches";
import { now } from "@/lib/clock";
import { env } from "@/lib/env";
import { singleton } from "@/lib/singleton";
import { databaseBytes, machine, outside, services } from "@/lib/system";
import { VERSION } from "@/lib/version";
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
    caches: cacheSizes,
    usage: () => machine.usage(),
  });
  service.listen(bus);
  return service;
});
