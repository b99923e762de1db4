/** The parts that taking, checking and restoring backups need. */
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import type { BackupDisk } from "@/lib/operations/backups/disk";
import type { BackupLock } from "@/lib/operations/backups/lock";
import type { BackupStore } from "@/lib/operations/backups/store";

export type WorkDeps = {
  store: BackupStore;
  disk: BackupDisk;
  lock: BackupLock;
  emit: Emit;
  now: Clock;
  version: string;
  /** Identifies this server's secret key. */
  keyId(): string;
  attachmentsDir: string;
  downloadsDir: string;
  /** The path of a file that exists during a swap. If it exists when the server starts, the swap is undone. */
  marker: string;
  /** Pauses requests and jobs before the database is replaced, and resumes them afterwards. */
  host: { pause(): Promise<void>; resume(restored: boolean): Promise<void> };
};
