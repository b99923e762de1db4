/** Runs one backup or restore at a time, over all processes, and removes its temporary files. */
import { existsSync } from "node:fs";
import { iso } from "@/lib/core/clock";
import { AppError, isDiskFull, unavailable } from "@/lib/core/errors";
import { logger } from "@/lib/core/log/logger";
import type { Work } from "@/lib/operations/backups/contract";
import type { Lock } from "@/lib/operations/backups/lock";
import type { WorkDeps } from "./deps";

/** Runs `work` under the lock, and then removes the temporary files it left in the folder. */
export async function alone<T>(
  { disk, lock, emit, now, marker }: WorkDeps,
  begun: Pick<Work, "kind" | "filename" | "phase">,
  work: (held: Lock) => Promise<T>,
): Promise<T> {
  const { kind, filename } = begun;
  await disk.ready();
  const held = await lock
    .take({ ...begun, share: null, started_at: iso(now()) }, (current) => emit("backup.progress", { work: current }))
    .catch((error) => Promise.reject(readable(error)));
  try {
    // While the marker exists, a restore is unfinished and its files lie among those that a sweep would remove.
    if (existsSync(marker))
      throw new AppError("CONFLICT", "A restore was interrupted: start the server once to recover the previous data");
    await disk.sweep();
    return await work(held);
  } catch (error) {
    const known = readable(error);
    if (kind === "create" || kind === "restore")
      emit("backup.failed", { filename, reason: kind, error: (known as Error).message });
    throw known;
  } finally {
    if (!existsSync(marker))
      await disk.sweep().catch((error) => logger.warn({ err: error }, "backups: what was left over stays"));
    await held.release();
    emit("backup.ended", { kind });
  }
}

/** Adds advice to errors such as a full disk; returns every other error unchanged. */
function readable(error: unknown): unknown {
  if (isDiskFull(error) || /database or disk is full|disk I\/O error/.test(String((error as Error)?.message)))
    return unavailable("There is too little room on the disk; nothing was changed", 60);
  return error;
}
