/** Transfers: service, engine and stores wired together, one of each per process. */
import { randomUUID } from "node:crypto";
import { bus, emit } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { jobs } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import { parseUrl, refuseForbidden } from "@/lib/core/outbound/index";
import type { SettingsRoom } from "@/lib/core/settings";
import { bytesOf } from "@/lib/core/settings/contract";
import type { AccountsRoom } from "@/lib/identity/accounts";
import type { QuotasRoom } from "@/lib/identity/quotas";
import { createContactService } from "./contacts/service";
import { createContactStore } from "./contacts/store";
import { createThrottle } from "./fetch/throttle";
import { createTaskJobs, scheduleTransferJobs } from "./jobs";
import { createRunner } from "./runner/runner";
import { createDriveSender } from "./send/gdrive";
import { createS3Sender } from "./send/s3";
import { createTaskService } from "./service";
import { createTaskStore } from "./store";
import { createCleanupStore } from "./store.cleanup";
import { createEngineStore } from "./store.engine";
import { createAria2 } from "./torrent/aria2";
import { createTorrents } from "./torrent/download";

const LOOKUP_MS = 2_000;

type Deps = Pick<SettingsRoom, "config"> & Pick<AccountsRoom, "accounts"> & Pick<QuotasRoom, "quotas">;

/** Builds the room. Call once per process. */
export function createTransfers({ config, accounts, quotas }: Deps) {
  const store = createTaskStore();
  quotas.measure("open_transfers", store.countOpen);
  const leftovers = createCleanupStore();
  const senders = {
    gdrive: createDriveSender({ account: env.GDRIVE_SERVICE_ACCOUNT, baseUrl: env.GDRIVE_API_URL }),
    s3: createS3Sender({
      endpoint: env.S3_ENDPOINT,
      region: env.S3_REGION,
      bucket: env.S3_BUCKET,
      accessKeyId: env.S3_ACCESS_KEY_ID,
      secretAccessKey: env.S3_SECRET_ACCESS_KEY,
    }),
  };
  const torrents = createTorrents({
    aria2: env.ARIA2_RPC_URL ? createAria2({ url: env.ARIA2_RPC_URL, secret: env.ARIA2_RPC_SECRET }) : undefined,
    pollMs: 500,
    stallMs: 600_000,
  });
  const runner = createRunner({
    store: createEngineStore(),
    emit,
    now,
    me: randomUUID(),
    async settings() {
      const { maxConcurrentDownloads, maxSplitSize, autoDeleteDuration } = await config.section("transfers");
      return {
        maxConcurrent: maxConcurrentDownloads,
        maxSplitBytes: bytesOf(maxSplitSize),
        autoDeleteMs: autoDeleteDuration * 60_000,
      };
    },
    senders,
    torrents,
    throttle: createThrottle(env.TRANSFER_BYTES_PER_S),
    bytesPerS: env.TRANSFER_BYTES_PER_S,
    connections: env.TRANSFER_CONNECTIONS,
    maxBytes: env.TRANSFER_MAX_BYTES,
    retryMs: 1_000,
    wakeLater: (ms) => chores.claim.wake(ms),
    log: logger,
  });
  const service = createTaskService({
    store,
    quotas,
    runner,
    senders,
    torrents,
    refuseForbidden: (url) => refuseForbidden(parseUrl(url), LOOKUP_MS),
    accountOf: (actor, id) =>
      accounts.resolve(actor, id).catch((error) => {
        if (error instanceof AppError && (error.code === "NOT_FOUND" || error.code === "FORBIDDEN")) return null;
        throw error;
      }),
    downloadDir: () => config.downloadDir(),
    leastRole: env.TRANSFERS_ROLE,
    emit,
    now,
    newId: () => newId("task"),
  });
  const work = createTaskJobs({
    ...{ store: leftovers, runner, torrents, emit, now, log: logger },
    downloadDir: () => config.downloadDir(),
  });
  const chores = scheduleTransferJobs({
    ...{ jobs, bus, work, store: leftovers, runner, now },
    // With SQLite there is only one process.
    isAlone: env.provider === "sqlite",
  });
  const contacts = createContactService(createContactStore());
  return {
    tasks: service,
    taskJobs: chores.service,
    taskFigures: { totals: store.totals, groups: store.groups, ofUsers: store.figures, find: service.get, contacts },
  };
}

export type TransfersRoom = ReturnType<typeof createTransfers>;
export { eraseTransfers, moveTransfers } from "./store.carryover";
export type { TransferGroup } from "./store.figures";
export { failedTransfers } from "./store.joins";
