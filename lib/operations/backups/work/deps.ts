/** The parts that taking, checking and restoring backups is built from. */
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
  /** Present while a swap is under way; found at a start, the swap is undone. */
  marker: string;
  /** Around the replacing: nothing is served and no job runs meanwhile. */
  host: { pause(): Promise<void>; resume(restored: boolean): Promise<void> };
};
