/** Backups for admins: the list, the bytes of one backup, and the schedule. */
import { type Actor, asAdmin } from "@/lib/core/actor";
import type { Clock } from "@/lib/core/clock";
import type { BackupList, Sizes } from "./contract";
import type { BackupDisk } from "./disk";
import type { BackupLock } from "./lock";
import { nextRun } from "./schedule";
import { existingBackup } from "./service.access";
import type { BackupStore } from "./store";
import type { BackupWork } from "./work";

export type ReadDeps = {
  store: Pick<BackupStore, "schedule" | "bytes">;
  disk: BackupDisk;
  lock: Pick<BackupLock, "current">;
  work: Pick<BackupWork, "fileSizes">;
  now: Clock;
};
/** The shortest time between two computations of the sizes, because each reads the size of every file. */
const SIZES_MS = 60_000;
type Part = { start: number; end: number; size: number; partial: boolean; stream: AsyncIterable<Uint8Array> };

/** Returns the size that a backup would have, computed at most a minute ago. */
function createSizes({ store, work, now }: Pick<ReadDeps, "store" | "work" | "now">): () => Promise<Sizes> {
  let known: { at: number; sizes: Promise<Sizes> } | undefined;
  const read = async () => {
    const [database, files] = await Promise.all([store.bytes(), work.fileSizes()]);
    return { database, ...files };
  };
  return () => {
    if (known && now() - known.at < SIZES_MS) return known.sizes;
    const sizes = read();
    known = { at: now(), sizes };
    sizes.catch(() => {
      known = undefined;
    });
    return sizes;
  };
}

export function createBackupReading(deps: ReadDeps) {
  const { store, disk, lock, now } = deps;
  const sizes = createSizes(deps);

  /** Backups, newest first, with the work in progress and the schedule. For admins. (002 Backup List) */
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
      ...{ next_at: nextRun(schedule, now()), directory: disk.folder, free_bytes: free, sizes: read },
    };
  }

  /**
   * Returns a backup's bytes. `range` is the header's value, of which only a single range is supported. @throws
   * AppError NOT_FOUND
   */
  async function download(actor: Actor, filename: string, range?: string): Promise<Part> {
    asAdmin(actor, "admin");
    const { size_bytes: size } = await existingBackup(disk, filename);
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

  /** @throws FORBIDDEN for all but admins */
  async function getSchedule(actor: Actor) {
    asAdmin(actor);
    const { schedule, version } = await store.schedule();
    return { schedule, version, next_at: nextRun(schedule, now()) };
  }

  return { list, download, getSchedule };
}
