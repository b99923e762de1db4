/** Replaces the database and the files with those of a backup. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { logger } from "@/lib/core/log/logger";
import type { Backup, Restored } from "@/lib/operations/backups/contract";
import { type PresentAccess, withdrawEndedAccess } from "@/lib/operations/backups/database/store.carryover";
import { putBack } from "@/lib/operations/backups/downloads";
import type { Lock } from "@/lib/operations/backups/lock";
import { stage } from "./check";
import type { WorkDeps } from "./deps";
import { take } from "./take";

type Options = {
  /** Takes a backup of the present state first. */
  safety?: boolean;
  /** The session of the person who restores. It stays valid. */
  sessionId?: string;
};

/**
 * Replaces the database and the attachments. Before anything live is changed, the whole archive is checked and migrated
 * in a separate folder, and the present state, if there is any, is backed up.
 */
export async function restore(
  deps: WorkDeps,
  held: Lock,
  filename: string,
  { safety = true, sessionId }: Options,
): Promise<Restored> {
  const { disk, host, emit } = deps;
  const staged = await stage(deps, held, disk.pathOf(filename), true);
  let before: Backup | null = null;
  let isRestored = false;
  try {
    await mkdir(attachmentsIn(staged.folder), { recursive: true, mode: 0o700 });
    await host.pause();
    if (safety)
      before = await take(deps, held, {
        name: "before_restore",
        description: `State before restoring ${filename}`,
        reason: "before_restore",
      });
    held.report({ filename, phase: "Replacing", share: null });
    await replace(deps, staged, sessionId, () => {
      isRestored = true;
    });
  } finally {
    if (!isRestored) await staged.staged.discard?.().catch(() => {});
    await host.resume(isRestored);
  }
  const safety_backup = before?.filename ?? null;
  emit("backup.restored", { filename, safety_backup });
  return {
    ...{ success: true, message: `Restored to ${staged.found.manifest.created_at}`, filename, safety_backup },
    ...{ migrated: staged.staged.migrated, warnings: staged.warnings },
  };
}

const attachmentsIn = (folder: string) => join(folder, "attachments");

/** Replaces live data with the staged data, and adds a warning for access that was taken away since the backup. */
async function replace(
  deps: WorkDeps,
  { folder, database, index, warnings }: Awaited<ReturnType<typeof stage>>,
  sessionId: string | undefined,
  onReplaced: () => void,
): Promise<void> {
  const { store, attachmentsDir, downloadsDir, marker } = deps;
  const { present, problem } = await presentAccess(store, sessionId);
  if (problem) warnings.push(problem);
  warnings.push(...(await database.amend(folder, (staged) => withdrawEndedAccess(staged, present))));
  if (index) await putBack(folder, index, downloadsDir);
  await database.swap(folder, { live: attachmentsDir, staged: attachmentsIn(folder) }, marker);
  onReplaced();
  // The archive may come from a server with other folders: point its transfers to where their files are now.
  if (index && index.root !== downloadsDir) await store.moveDownloads(index.root, downloadsDir);
}

/** A database that is too damaged to read must not prevent its own restore. */
async function presentAccess(
  store: WorkDeps["store"],
  sessionId: string | undefined,
): Promise<{ present?: PresentAccess; problem?: string }> {
  try {
    return { present: await store.presentAccess(sessionId) };
  } catch (error) {
    logger.warn({ err: error }, "backups: the present database could not be read before a restore");
    return {
      problem:
        "The present database could not be read: API keys, roles and accounts that were revoked since the backup are as they were in it. Check them.",
    };
  }
}
