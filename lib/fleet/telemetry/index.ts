/** Telemetry: services, stores and background chores wired together, one of each per process. */

import { emit } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { newId } from "@/lib/core/ids";
import { background, jobs } from "@/lib/core/jobs";
import type { BotsRoom } from "@/lib/fleet/bots";
import type { CommandsRoom } from "@/lib/fleet/commands";
import { createExportService } from "./export/service";
import { CHUNK_MS, createTelemetryJobs, scheduleTelemetryJobs } from "./jobs";
import { createRetentionService } from "./retention/service";
import { createRetentionStore } from "./retention/store";
import { adoptTelemetry, eraseSynced } from "./retention/store.lifecycle";
import { createPolicyStore } from "./retention/store.policy";
import { createIndexStore } from "./search/store.index";
import { createCountService } from "./service.counts";
import { createReadService } from "./service.read";
import { createRecentService } from "./service.recent";
import { createPostService, createSyncService } from "./service.write";
import { createDataStore } from "./store.data";
import { createIngestStore } from "./store.hot";
import { createReader } from "./store.read";
import { createPartDataStore } from "./store.shards";

type Deps = Pick<BotsRoom, "bots"> & Pick<CommandsRoom, "commands">;

/** Builds the room. Call once per process. */
export function createTelemetry({ bots, commands }: Deps) {
  const data = createDataStore();
  const policy = createPolicyStore();
  const logs = createReader("log");
  const messages = createReader("message");
  const work = createTelemetryJobs({
    ...{ index: createIndexStore(), retention: createRetentionStore(), policy, commands, now },
    chunkMs: CHUNK_MS[env.provider],
  });
  bots.onPurge((botId) => work.purge(botId));
  bots.onPurge(eraseSynced);
  bots.onRowsMove((botId) => work.moveRows(botId));
  bots.onAdopt(adoptTelemetry);
  const telemetry = {
    ...createPostService({ store: createIngestStore(), bots, emit, now, newId: () => newId("msg") }),
    ...createSyncService({ data, partData: createPartDataStore(), bots, emit, now }),
    ...createReadService({ logs, messages, data, bots, now }),
    ...createCountService({ logs, bots, now }),
    ...createRecentService({ logs, bots }),
    ...createExportService({ logs, messages, data, bots, commands, now }),
    ...createRetentionService({ policy }),
    ...background(scheduleTelemetryJobs(jobs, work), { start: work.prepare }),
  };
  return { telemetry };
}

export type TelemetryRoom = ReturnType<typeof createTelemetry>;
export { queryProblem } from "./query/parse";
export { level } from "./search/tokenize";
export type { RecentLine } from "./service.recent";
export { ERROR_TYPES, recentErrors, recentLogReach } from "./store.joins";
export { storedSince } from "./store.recount";
export { syncedTotals } from "./store.synced";
