/** Telemetry: service, stores and background chores wired together, one of each per process. */

import { emit } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { newId } from "@/lib/core/ids";
import { background, jobs } from "@/lib/core/jobs";
import { singleton } from "@/lib/core/singleton";
import { bots } from "@/lib/fleet/bots";
import { commands } from "@/lib/fleet/commands";
import { createTelemetryJobs, scheduleTelemetryJobs } from "./jobs";
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
  const work = createTelemetryJobs({ index: createIndexStore(), retention, now });
  bots.onPurge((botId) => work.purge(botId));
  return { ...service, ...background(scheduleTelemetryJobs(jobs, work), { start: work.prepare }) };
});
