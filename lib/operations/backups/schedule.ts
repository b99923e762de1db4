/**
 * Takes the daily backup at a set time in the schedule's time zone, and deletes automatic backups beyond the number to
 * keep. Backups that a person took or uploaded are never deleted.
 */
import { noteAct } from "@/lib/core/acts";
import { type Clock, isoOrNull } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/log/logger";
import { nextAfter } from "@/lib/core/recurrence";
import type { Backup, Schedule } from "./contract";
import type { BackupDisk } from "./disk";
import type { BackupStore } from "./store";
import type { BackupWork } from "./work";

const DAY_MS = 86_400_000;

const pattern = ({ time }: Schedule) => `${Number(time.slice(3))} ${Number(time.slice(0, 2))} * * *`;

/** Returns when the next backup is due; null while the schedule is off. */
export function nextRun(schedule: Schedule, at: number): string | null {
  if (!schedule.enabled) return null;
  const daily = { cron: pattern(schedule), every_minutes: null, time_zone: schedule.timezone, starts_at: 0 };
  return isoOrNull(nextAfter(daily, at));
}

/** Returns the automatic backups that exceed the limits of the schedule. The newest one always stays. */
export function surplus(backups: readonly Backup[], { keep_count, keep_days }: Schedule, at: number): string[] {
  const automatic = backups
    .filter(({ reason, status }) => status === "completed" && (reason === "scheduled" || reason === "before_restore"))
    .sort((a, b) => (a.timestamp < b.timestamp ? 1 : -1));
  return automatic
    .filter(
      ({ timestamp }, place) =>
        place > 0 && (place >= keep_count || (keep_days > 0 && at - Date.parse(timestamp) > keep_days * DAY_MS)),
    )
    .map(({ filename }) => filename);
}

type Deps = { store: Pick<BackupStore, "schedule">; disk: BackupDisk; work: Pick<BackupWork, "createDue">; now: Clock };

export function createBackupSchedule({ store, disk, work, now }: Deps) {
  let lookedAt = now();

  /**
   * Takes the backup that became due since the last check, unless another process took it, and deletes surplus ones.
   */
  async function look(): Promise<void> {
    const { schedule } = await store.schedule();
    const since = lookedAt;
    lookedAt = now();
    const due = nextRun(schedule, since);
    if (!due || Date.parse(due) > now()) return;
    try {
      const { include_downloads } = schedule;
      const wanted = { name: "backup", description: "Automated daily backup", include_downloads };
      const backup = await work.createDue(wanted, due);
      if (backup) await noteAct("createBackup", { target: { type: "backup", id: backup.filename } });
    } catch (error) {
      // Another process is taking it, or a person is taking one; in that case it is taken at the next check.
      if (!(error instanceof AppError) || error.code !== "CONFLICT") throw error;
      lookedAt = since;
      return;
    }
    for (const filename of surplus(await disk.list(), schedule, now())) {
      await disk.remove(filename);
      await noteAct("deleteBackup", { target: { type: "backup", id: filename } });
      logger.info({ filename }, "a backup was pruned");
    }
  }

  return {
    look,
    /** Backups that were due before this moment are not taken. */
    begin(): void {
      lookedAt = now();
    },
  };
}
