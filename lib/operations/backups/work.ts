/**
 * Takes, checks and restores backups without checking the caller's rights: service.ts checks them; the schedule and the
 * command line call this code directly.
 */
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { logger } from "@/lib/core/log/logger";
import type { Backup, Restored, Verdict } from "./contract";
import { alone } from "./work/alone";
import { check } from "./work/check";
import type { WorkDeps } from "./work/deps";
import { restore } from "./work/restore";
import { fileSizes, type Reason, take, type Wanted } from "./work/take";

export function createBackupWork(deps: WorkDeps) {
  const { disk } = deps;
  return {
    fileSizes: () => fileSizes(deps),

    /** @throws AppError CONFLICT another backup or restore is in progress, UNAVAILABLE not enough disk space */
    create: (wanted: Wanted & Reason): Promise<Backup> =>
      alone(deps, { kind: "create", filename: wanted.name, phase: "Starting" }, (held) => take(deps, held, wanted)),

    /** Takes the backup that was due at `due` (ISO), unless another process took it. That is checked under the lock. */
    createDue: (wanted: Wanted, due: string): Promise<Backup | undefined> =>
      alone(deps, { kind: "create", filename: wanted.name, phase: "Starting" }, async (held) => {
        const isTaken = (await disk.list()).some(({ reason, timestamp }) => reason === "scheduled" && timestamp >= due);
        return isTaken ? undefined : take(deps, held, { ...wanted, reason: "scheduled" });
      }),

    verify: (filename: string): Promise<Verdict> =>
      alone(deps, { kind: "verify", filename, phase: "Starting" }, (held) =>
        check(deps, held, filename, disk.pathOf(filename)),
      ),

    /**
     * Stores an upload if it is a backup that this version can restore. @throws AppError INVALID_INPUT saying what is
     * wrong
     */
    upload: (bytes: AsyncIterable<Uint8Array>): Promise<Backup> =>
      alone(deps, { kind: "upload", filename: "a file", phase: "Receiving" }, async (held) => {
        const draft = disk.draft();
        await disk.write(draft, bytes);
        const verdict = await check(deps, held, "upload", draft);
        if (!verdict.ok || !verdict.manifest)
          throw new AppError("INVALID_INPUT", `file: ${verdict.message}`, { field: "file" });
        const { name, created_at } = verdict.manifest;
        const filename = await disk.freeName(name, Date.parse(created_at));
        await disk.keepUpload(draft, filename);
        return (await disk.read(filename))!;
      }),

    restore: (filename: string, options: Parameters<typeof restore>[3] = {}): Promise<Restored> =>
      alone(deps, { kind: "restore", filename, phase: "Starting" }, (held) => restore(deps, held, filename, options)),

    /** Undoes a swap that was interrupted by a crash. Call it before the database is opened. */
    async recover(undo: (marker: never) => void): Promise<void> {
      if (!existsSync(deps.marker)) return;
      logger.warn("a restore was cut off: the state before it is put back");
      undo(readJson(await readFile(deps.marker, "utf8")) as never);
      await rm(deps.marker, { force: true });
    },
  };
}
export type BackupWork = ReturnType<typeof createBackupWork>;
