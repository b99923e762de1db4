/** Telemetry: service, stores and background chores wired together, one of each per process. */

import { emit } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { newId } from "@/lib/core/ids";
import { background, jobs } from "@/lib/core/jobs";
import type { BotsRoom } from "@/lib/fleet/bots";
import type { CommandsRoom } from "@/lib/fleet/commands";
import { createTelemetryJobs, scheduleTelemetryJobs } from "./jobs";
import { createIndexStore } from "./search/store.index";
import { createTelemetryService } from "./service";
import { createTelemetryStore } from "./store";
import { adoptTelemetry, eraseSynced } from "./store.lifecycle";
import { createReader } from "./store.read";
import { createRetentionStore } from "./store.retention";
import { createPartDataStore } from "./store.shards";

export type { Download } from "./export";

type Deps = Pick<BotsRoom, "bots"> & Pick<CommandsRoom, "commands">;

/** Builds the room. Call once per process. */
export function createTelemetry({ bots, commands }: Deps) {
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
  const work = createTelemetryJobs({ index: createIndexStore(), retention, now });
  bots.onPurge((botId) => work.purge(botId));
  bots.onPurge(eraseSynced);
  bots.onAdopt(adoptTelemetry);
  const telemetry = { ...service, ...background(scheduleTelemetryJobs(jobs, work), { start: work.prepare }) };
  return { telemetry };
}

export type TelemetryRoom = ReturnType<typeof createTelemetry>;
export { ERROR_TYPES, recentErrors, recentLogReach } from "./store.joins";
export { syncedTotals } from "./store.synced";
