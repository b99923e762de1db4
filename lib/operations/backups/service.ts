/** Backups: only admins use them, and changes need a credential of the scope "admin". */
import { type Actor, asAdmin } from "@/lib/core/actor";
import { describeAct, describeUpdate } from "@/lib/core/acts";
import { AppError, invalid } from "@/lib/core/errors";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import { staleUpdate } from "@/lib/core/versions";
import type { Backup, Restored, Schedule, Verdict } from "./contract";
import { NAME_RULE } from "./contract";
import { nextRun } from "./schedule";
import { existingBackup } from "./service.access";
import { createBackupReading, type ReadDeps } from "./service.read";
import type { BackupStore } from "./store";
import type { BackupWork } from "./work";

type Deps = ReadDeps & { store: Pick<BackupStore, "changeSchedule">; work: BackupWork };

export const createBackupService = (deps: Deps) => ({ ...createBackupReading(deps), ...createBackupChanges(deps) });

/** Describes the backup that an act has made. Its name is known only now, and nothing was written to the database. */
function described(backup: Backup, after: object): Backup {
  describeAct({ target: { type: "backup", id: backup.filename }, after });
  return backup;
}

/** @throws AppError INVALID_INPUT */
function checkWanted(name: string, description: string): void {
  if (!NAME_RULE.test(name))
    throw invalid("backupName", "must be 1 to 64 letters, digits, _ or -, and begin with a letter or digit");
  if (description.length > 500) throw invalid("description", "must be at most 500 characters");
}

function createBackupChanges({ store, disk, lock, work, now }: Deps) {
  /**
   * Takes a backup; resolves when it is complete. (002 Create Backup) @throws AppError CONFLICT another is in progress;
   * UNAVAILABLE not enough disk space
   */
  async function create(
    actor: Actor,
    wanted: { description?: string; backupName?: string; include_downloads?: boolean } = {},
  ): Promise<Backup> {
    asAdmin(actor, "admin");
    const { description = "", backupName: name = "backup", include_downloads } = wanted;
    checkWanted(name, description);
    const after = { description, include_downloads };
    return described(await work.create({ name, description, reason: "manual", include_downloads }), after);
  }

  /**
   * Checks a whole backup; the answer says what is wrong. (002 verifyIntegrity) @throws AppError NOT_FOUND, CONFLICT
   */
  async function verify(actor: Actor, filename: string): Promise<Verdict> {
    asAdmin(actor, "admin");
    await existingBackup(disk, filename);
    return work.verify(filename);
  }

  /**
   * Restores the server from a backup. (002 restoreBackup)
   * @param confirm the filename again
   * @throws AppError INVALID_INPUT what is wrong with the backup; nothing was changed
   */
  async function restore(actor: Actor, filename: string, confirm: string): Promise<Restored> {
    const { session_id: sessionId } = asAdmin(actor, "admin");
    await existingBackup(disk, filename);
    if (confirm !== filename) throw invalid("confirm", "must be the filename of the backup");
    const restored = await work.restore(filename, { sessionId });
    logSecurity("backup_restored", { ...actorFields(actor), filename, safety_backup: restored.safety_backup });
    return restored;
  }

  /** @throws AppError NOT_FOUND; CONFLICT while a backup or restore is in progress */
  async function remove(actor: Actor, filename: string): Promise<void> {
    asAdmin(actor, "admin");
    await existingBackup(disk, filename);
    const current = await lock.current();
    if (current)
      throw new AppError("CONFLICT", `A ${current.kind} is in progress; delete the backup when it is finished`);
    await disk.remove(filename);
  }

  /**
   * Stores an uploaded backup. `receive` opens the upload, given the number of bytes that fit. @throws AppError
   * INVALID_INPUT
   */
  async function upload(
    actor: Actor,
    receive: (max: number) => Promise<{ bytes: AsyncIterable<Uint8Array> }>,
  ): Promise<Backup> {
    asAdmin(actor, "admin");
    await disk.ready();
    const { bytes } = await receive(await disk.room());
    return described(await work.upload(bytes), {});
  }

  /**
   * Changes the given fields.
   *
   * @param edited  the version on which the change is based; the change is refused if another version is stored
   * @throws AppError CONFLICT  another version is stored
   */
  async function putSchedule(actor: Actor, patch: Partial<Schedule>, edited?: number) {
    asAdmin(actor, "admin");
    describeUpdate({ type: "settings", id: "backup_schedule" }, (await store.schedule()).schedule, patch);
    const changed = await store.changeSchedule(patch, edited);
    if (changed) return { ...changed, next_at: nextRun(changed.schedule, now()) };
    const { schedule: value, version } = await store.schedule();
    throw staleUpdate("The backup schedule", { version, value }, edited!, { ...value, ...patch });
  }

  return { create, verify, restore, remove, upload, putSchedule };
}
