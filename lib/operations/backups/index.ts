/**
 * Backups: service, work and schedule wired together, one of each per process.
 *
 * What is in one: the whole database (with plugins' state and settings), tickets' attachments and, where it is wanted,
 * downloaded files. What is not: DATA_DIR/secret.key and the environment, plugins' code. A server that restores it elsewhere needs the
 * same SECRET_KEY to open what is sealed.
 */
import { join } from "node:path";
import { bus, emit } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { background, jobs } from "@/lib/core/jobs";
import { derivedKey, hashToken } from "@/lib/core/secrets";
import { singleton } from "@/lib/core/singleton";
import { VERSION } from "@/lib/core/startup/version";
import { createBackupDisk } from "./disk";
import { createHost } from "./host";
import { createLock } from "./lock";
import { createBackupSchedule } from "./schedule";
import { createBackupService } from "./service";
import { createBackupStore } from "./store";
import { recoverSwap } from "./store.sqlite";
import { createBackupWork } from "./work";

/** How often it is looked whether the daily backup is due. */
const LOOK_MS = 30_000;

/** The rooms' background jobs, which rest while the database is replaced; lib/app.ts names them. */
export const backupHost = singleton("backupHost", () => ({
  pauseJobs: async (): Promise<void> => {},
  resumeJobs: async (): Promise<void> => {},
}));

const room = singleton("backups", () => {
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
    host: createHost({ bus, emit, jobs: backupHost }),
  });
  const schedule = createBackupSchedule({ store, disk, work, now });
  const look = jobs.every({ name: "backups.schedule", interval: LOOK_MS, isLed: true, run: schedule.look });
  return {
    ...{ service: createBackupService({ store, disk, lock, work, now }), work, disk, store },
    jobs: background([look], { start: schedule.begin }),
  };
});

export const backups = room.service;
export const backupJobs = {
  ...room.jobs,
  /** Undoes a restore that a crash cut off. Before the database is opened. */
  recover: () => room.work.recover(recoverSwap),
};
/** For the command line: the same work without a server around it, and without an actor to ask. */
export const backupTools = {
  ...room.work,
  list: room.disk.list,
  ready: room.disk.ready,
  close: room.store.close,
};
