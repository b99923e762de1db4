/** Telemetry: service, stores and background chores wired together, one of each per process. */
import { bots } from "@/lib/bots";
import { emit } from "@/lib/bus";
import { now } from "@/lib/clock";
import { commands } from "@/lib/commands";
import { newId } from "@/lib/ids";
import { logger } from "@/lib/logger";
import { singleton } from "@/lib/singleton";
import { createChores } from "./chores";
import { createTelemetryService } from "./service";
import { createTelemetryStore } from "./store";
import { createIndexStore } from "./store.index";
import { createPartDataStore } from "./store.parts";
import { createReader } from "./store.read";
import { createRetentionStore } from "./store.retention";

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
