/**
 * Backups: service, work and schedule wired together, one of each per process.
 *
 * A backup contains the whole database (with plugins' state and settings), tickets' attachments and, if requested,
 * downloaded files. It does not contain DATA_DIR/secret.key, the environment, or plugins' code. A server that restores
 * it elsewhere needs the same SECRET_KEY to decrypt sealed values.
 */
import { join } from "node:path";
import { bus, emit } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { background, jobs } from "@/lib/core/jobs";
import { derivedKey, hashToken } from "@/lib/core/secrets";
import { VERSION } from "@/lib/core/startup/version";
import { recoverSwap } from "./database/store.sqlite.swap";
import { createBackupDisk } from "./disk";
import { createHost } from "./host";
import { createLock } from "./lock";
import { createBackupSchedule } from "./schedule";
import { createBackupService } from "./service";
import { createBackupStore } from "./store";
import { createBackupWork } from "./work";

/** The interval at which a job checks whether the daily backup is due. */
const LOOK_MS = 30_000;

type Deps = {
  /** The services of all rooms, which are paused while the database is replaced. */
  services: Parameters<typeof createHost>[0]["jobs"];
};

/** Builds the room. Call once per process. */
export function createBackups({ services }: Deps) {
  const store = createBackupStore();
  const folder = join(env.DATA_DIR, "backups");
  const disk = createBackupDisk(folder);
  const lock = createLock(folder, now);
  const work = createBackupWork({
    ...{ store, disk, lock, emit, now },
    version: VERSION,
    // Derived when a backup is taken, not on import: the first use of the key writes its file.
    keyId: () => hashToken(derivedKey("backup key id").toString("hex")).slice(0, 16),
    attachmentsDir: join(env.DATA_DIR, "attachments"),
    downloadsDir: env.DOWNLOAD_DIR ?? join(env.DATA_DIR, "downloads"),
    marker: join(folder, ".restoring.json"),
    host: createHost({ bus, emit, jobs: services }),
  });
  const schedule = createBackupSchedule({ store, disk, work, now });
  const look = jobs.every({ name: "backups.schedule", interval: LOOK_MS, isLed: true, run: schedule.look });
  return {
    backups: createBackupService({ store, disk, lock, work, now }),
    backupJobs: {
      ...background([look], { start: schedule.begin }),
      /** Undoes a restore that was interrupted by a crash. Call it before the database is opened. */
      recover: () => work.recover(recoverSwap),
    },
    /** Backups for the command line: the same work without a running server, and without checking an actor's rights. */
    backupTools: { ...work, list: disk.list, ready: disk.ready, close: store.close },
  };
}

export { moveToPostgres } from "./database/store.move";
