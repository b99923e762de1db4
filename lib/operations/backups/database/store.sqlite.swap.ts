/** Replaces the live SQLite file with a checked and migrated one, and puts the live one back after a crash. */
import { copyFileSync, existsSync, linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { copyFile, open } from "node:fs/promises";
import { join } from "node:path";
import { replaceSqlite, sqliteFile } from "@/lib/core/db";
import type { SwappedFiles } from "./store.types";

/** Puts back the files that an interrupted swap had moved aside. */
export function recoverSwap(marker: Marker): void {
  // Read the list under any key: an older version of Muster, which wrote the marker before an update, may have named it
  // differently.
  for (const { live, before } of Object.values(marker).flat()) {
    if (!existsSync(before)) continue;
    rmSync(live, { recursive: true, force: true });
    renameSync(before, live);
  }
}
export type Marker = { replaced: { live: string; before: string }[] };

/**
 * Replaces the live database with the staged file, and the live folder with `files`: everything or nothing.
 * `markerFile` exists during the swap.
 */
export async function swap(folder: string, files: SwappedFiles, markerFile: string): Promise<void> {
  const live = sqliteFile();
  // Put the file into the folder of the live one, so that a single rename replaces it.
  const next = `${live}.restoring`;
  const before = `${live}.before-restore`;
  rmSync(before, { force: true });
  await copyFile(join(folder, "database/muster.db"), next);
  const handle = await open(next, "r+");
  await handle.chmod(0o600);
  await handle.sync();
  await handle.close();
  const aside = join(folder, "files-before");
  const record: Marker = { replaced: [{ live, before }, ...(files ? [{ live: files.live, before: aside }] : [])] };
  await replaceSqlite(() => {
    try {
      linkOrCopy(live, before);
      if (files) mkdirSync(files.live, { recursive: true, mode: 0o700 });
      writeFileSync(markerFile, JSON.stringify(record), { mode: 0o600 });
      renameSync(next, live);
      if (files) {
        renameSync(files.live, aside);
        renameSync(files.staged, files.live);
      }
    } catch (error) {
      recoverSwap(record);
      throw error;
    } finally {
      rmSync(markerFile, { force: true });
      rmSync(next, { force: true });
    }
    rmSync(before, { force: true });
  }, live);
}

/** Links a file, or copies it: not every file system has hard links. */
function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
