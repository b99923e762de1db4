/** Telemetry: service, stores and background chores wired together, one of each per process. */

import { emit } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { newId } from "@/lib/core/ids";
import { logger } from "@/lib/core/log/logger";
import { singleton } from "@/lib/core/singleton";
import { bots } from "@/lib/fleet/bots";
import { commands } from "@/lib/fleet/commands";
import { createChores } from "./chores";
import { createIndexStore } from "./search/store.index";
import { createTelemetryService } from "./service";
import { createTelemetryStore } from "./store";
import { createReader } from "./store.read";
import { createRetentionStore } from "./store.retention";
import { createPartDataStore } from "./store.shards";

export type { Download } from "./export";

export const telemetry = singleton("telemetry", () => {
  const retention = createRetentionStore();
  const service = createTelemetryService({
    store: createTelemetryStore(),
    partData: createPartDataStore(),
    logs: createReader("log"),
    messages: createReader("message"),
    retention,
    bots,
    commands,
    emit,
    now,
    newId: () => newId("msg"),
  });
  const chores = createChores({
    index: createIndexStore(),
    retention,
    now,
    onError: (error) => logger.warn({ err: error }, "telemetry: a background chore failed; it runs again"),
  });
  bots.onPurge((botId) => chores.purge(botId));
  return {
    ...service,
    /** Begins indexing and pruning in the background. */
    start: () => chores.start(),
    /** Ends it; resolves when the slice under way is done. */
    stop: () => chores.stop(),
  };
});
