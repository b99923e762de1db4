/**
 * Allows one backup or restore at a time, over all processes that share the folder, including the command line. The
 * lock is on a file and not on a row, because a restore replaces the rows. A second file beside it describes the work
 * in progress.
 */

import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { isFileLocked, tryFileLock } from "@/lib/core/startup/file-lock";
import type { Work } from "./contract";

/** A process that only checks the lock holds it for a moment, so `take` retries before it gives up. */
const ATTEMPTS = 3;
const ATTEMPT_MS = 5;
/** Within one phase, progress is reported at most this often. */
const REPORT_MS = 250;

export type Lock = { report(change: Partial<Work>): void; release(): Promise<void> };

const busy = (other: Work | null) =>
  new AppError(
    "CONFLICT",
    `Only one at a time: ${other ? `a ${other.kind} of ${other.filename}` : "another"} is under way; wait until it has finished`,
    other ? { current: other } : undefined,
  );

export function createLock(folder: string, now: () => number) {
  const file = join(folder, ".lock");
  const progress = join(folder, ".progress.json");

  /** Returns the backup or restore in progress in any process; null when there is none. */
  async function current(): Promise<Work | null> {
    const text = await readFile(progress, "utf8").catch(() => null);
    // A process that was killed leaves its progress behind, but never the lock.
    if (text === null || !isFileLocked(file)) return null;
    return readJson(text) as Work;
  }

  /** @throws AppError CONFLICT while another backup or restore is in progress */
  async function take(work: Work, onProgress: (work: Work) => void): Promise<Lock> {
    let held = tryFileLock(file);
    for (let attempt = 1; !held && attempt < ATTEMPTS; attempt++) {
      await sleep(ATTEMPT_MS);
      held = tryFileLock(file);
    }
    if (!held) throw busy(await current());
    const lock = held;
    let state = work;
    let reportedAt = 0;
    let saving: Promise<unknown> = Promise.resolve();
    const save = () => {
      const text = JSON.stringify(state);
      saving = saving
        .then(() => writeFile(`${progress}.new`, text, { mode: 0o600 }))
        .then(() => rename(`${progress}.new`, progress))
        .catch(() => {});
    };
    save();
    onProgress(work);
    return {
      report(change) {
        const { phase } = state;
        state = { ...state, ...change };
        if (phase === state.phase && now() - reportedAt < REPORT_MS) return;
        reportedAt = now();
        save();
        onProgress(state);
      },
      async release() {
        await saving;
        await rm(progress, { force: true });
        lock.release();
      },
    };
  }

  return { current, take };
}
export type BackupLock = ReturnType<typeof createLock>;
