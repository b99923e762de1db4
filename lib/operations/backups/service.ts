/** Rules of backups: admins alone, and who changes something with a credential that reaches that far. */
import { type Actor, asAdmin } from "@/lib/core/actor";
import type { Clock } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import { staleUpdate } from "@/lib/core/versions";
import type { Backup, BackupList, Restored, Schedule, Sizes, Verdict } from "./contract";
import { FILENAME, NAME_RULE } from "./contract";
import type { BackupDisk } from "./disk";
import type { BackupLock } from "./lock";
import { nextRun } from "./schedule";
import type { BackupStore } from "./store";
import type { BackupWork } from "./work";

type Deps = {
  store: Pick<BackupStore, "schedule" | "changeSchedule" | "bytes">;
  disk: BackupDisk;
  lock: BackupLock;
  work: BackupWork;
  now: Clock;
};
/** A walk through every file: not more often. */
const SIZES_MS = 60_000;
type Part = { start: number; end: number; size: number; partial: boolean; stream: AsyncIterable<Uint8Array> };

export function createBackupService({ store, disk, lock, work, now }: Deps) {
  /** @throws AppError NOT_FOUND */
  async function existing(filename: string): Promise<Backup> {
    const backup = FILENAME.test(filename) ? await disk.read(filename) : null;
    if (!backup) throw new AppError("NOT_FOUND", `No backup ${cutText(filename, 100)}`);
    return backup;
  }

  let sized: { at: number; sizes: Promise<Sizes> } | undefined;
  /** The size of a backup taken now, at most a minute old. */
  function sizes(): Promise<Sizes> {
    if (!sized || now() - sized.at >= SIZES_MS) {
      const reading = Promise.all([store.bytes(), work.fileSizes()]).then(([database, files]) => ({
        database,
        ...files,
      }));
      sized = { at: now(), sizes: reading };
      reading.catch(() => {
        sized = undefined;
      });
    }
    return sized.sizes;
  }

  /** Newest first, with what is under way and the schedule. Admins. (002 Backup List) */
  async function list(actor: Actor): Promise<BackupList> {
    asAdmin(actor);
    await disk.ready();
    const [backups, current, { schedule, version }, free, read] = await Promise.all([
      disk.list(),
      lock.current(),
      store.schedule(),
      disk.room(),
      sizes(),
    ]);
    return {
      ...{ backups, current, schedule, schedule_version: version },
      ...{ next_at: nextRun(schedule, now()), free_bytes: free, sizes: read },
    };
  }

  /**
   * Takes a backup; resolves when it is whole. (002 Create Backup)
   * @throws AppError CONFLICT another is under way; UNAVAILABLE no room
   */
  async function create(
    actor: Actor,
    wanted: { description?: string; backupName?: string; include_downloads?: boolean } = {},
  ): Promise<Backup> {
    asAdmin(actor, "admin");
    const { description = "", backupName: name = "backup", include_downloads } = wanted;
    if (!NAME_RULE.test(name))
      throw invalid("backupName", "must be 1 to 64 letters, digits, _ or -, and begin with a letter or digit");
    if (description.length > 500) throw invalid("description", "must be at most 500 characters");
    return work.create({ name, description, reason: "manual", include_downloads });
  }

  /** Checks a backup whole; what is wrong is in the answer. (002 verifyIntegrity) @throws AppError NOT_FOUND, CONFLICT */
  async function verify(actor: Actor, filename: string): Promise<Verdict> {
    asAdmin(actor, "admin");
    await existing(filename);
    return work.verify(filename);
  }

  /**
   * Puts the server back to a backup. (002 restoreBackup)
   * @param confirm the filename again
   * @throws AppError INVALID_INPUT what is wrong with it; nothing was changed then
   */
  async function restore(actor: Actor, filename: string, confirm: string): Promise<Restored> {
    const { session_id: sessionId } = asAdmin(actor, "admin");
    await existing(filename);
    if (confirm !== filename) throw invalid("confirm", "must be the filename of the backup");
    const restored = await work.restore(filename, { sessionId });
    logSecurity("backup_restored", { ...actorFields(actor), filename, safety_backup: restored.safety_backup });
    return restored;
  }

  /** @throws AppError NOT_FOUND; CONFLICT while a backup or restore is under way */
  async function remove(actor: Actor, filename: string): Promise<void> {
    asAdmin(actor, "admin");
    await existing(filename);
    const current = await lock.current();
    if (current)
      throw new AppError("CONFLICT", `A ${current.kind} is in progress; delete the backup when it is finished`);
    await disk.remove(filename);
  }

  /** `receive` opens what arrives, given how many bytes there is room for. @throws AppError INVALID_INPUT */
  async function upload(
    actor: Actor,
    receive: (max: number) => Promise<{ bytes: AsyncIterable<Uint8Array> }>,
  ): Promise<Backup> {
    asAdmin(actor, "admin");
    await disk.ready();
    const { bytes } = await receive(await disk.room());
    return work.upload(bytes);
  }

  /** A backup's bytes; `range` as in the header, of which one part is understood. @throws AppError NOT_FOUND */
  async function download(actor: Actor, filename: string, range?: string): Promise<Part> {
    asAdmin(actor, "admin");
    const { size_bytes: size } = await existing(filename);
    const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(range ?? "") ?? [];
    let [start, end, partial] = [0, size - 1, false];
    if (from || to) {
      start = from ? Number(from) : Math.max(0, size - Number(to));
      end = from && to ? Math.min(Number(to), size - 1) : size - 1;
      partial = start <= end && start < size;
      if (!partial) [start, end] = [0, size - 1];
    }
    return { start, end, size, partial, stream: disk.stream(filename, start, end) };
  }

  /**
   * Changes the fields sent.
   *
   * @param edited  the version they were edited from, if it must still be stored
   * @throws AppError CONFLICT  another version is stored
   */
  async function putSchedule(actor: Actor, patch: Partial<Schedule>, edited?: number) {
    asAdmin(actor, "admin");
    const changed = await store.changeSchedule(patch, edited);
    if (changed) return { ...changed, next_at: nextRun(changed.schedule, now()) };
    const { schedule: value, version } = await store.schedule();
    throw staleUpdate("The backup schedule", { version, value }, edited!, { ...value, ...patch });
  }

  /** @throws FORBIDDEN for all but admins */
  async function getSchedule(actor: Actor) {
    asAdmin(actor);
    const { schedule, version } = await store.schedule();
    return { schedule, version, next_at: nextRun(schedule, now()) };
  }

  return { list, create, verify, restore, remove, upload, download, getSchedule, putSchedule };
}
