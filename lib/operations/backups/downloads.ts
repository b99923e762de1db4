/**
 * Files of downloads in a backup. Users choose their names, which might not be safe in an archive, so the archive numbers
 * them and `downloads.json` keeps the names. Unfinished files (names that begin with a dot) are left out: they are
 * downloaded again.
 */

import { copyFile, mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { readJson } from "@/lib/core/format/json";
import { cutText } from "@/lib/core/format/text";
import { refused } from "./archive/format";

export const INDEX = "downloads.json";
const MAX_FILES = 400_000;
/** A transfer's folder, as lib/operations/transfers names it. */
const FOLDER = /^task_[0-9a-z]{10,40}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be in a name
const ODD = /[\u0000-\u001f\\]/;

/**
 * `root`: the folder in which the files were; `files`: their paths below it, the first being `downloads/0` in the
 * archive.
 */
const Index = z.object({ root: z.string().max(4096), files: z.array(z.string().max(4096)).max(MAX_FILES) });
type DownloadIndex = z.infer<typeof Index>;

/** Tests whether a path is within the folder of a transfer. */
const belongs = (path: string): boolean => {
  const segments = path.split("/");
  return (
    segments.slice(0, -1).some((part) => FOLDER.test(part)) &&
    segments.every((part) => part !== "" && !part.startsWith(".") && Buffer.byteLength(part) <= 255 && !ODD.test(part))
  );
};

/** Yields every finished file of downloads below `root`: its path relative to `root`, and its size. */
export async function* downloadedFiles(root: string, below = ""): AsyncGenerator<{ path: string; bytes: number }> {
  for (const entry of await readdir(join(root, below), { withFileTypes: true }).catch(() => [])) {
    const path = below ? `${below}/${entry.name}` : entry.name;
    if (entry.name.startsWith(".")) continue;
    if (entry.isDirectory()) yield* downloadedFiles(root, path);
    else if (entry.isFile() && belongs(path)) {
      const found = await stat(join(root, path)).catch(() => null);
      if (found) yield { path, bytes: found.size };
    }
  }
}

/**
 * Reads the index of an unpacked archive. @throws AppError INVALID_INPUT when a path leads out of the transfers'
 * folders
 */
export async function readIndex(folder: string): Promise<DownloadIndex | null> {
  const text = await readFile(join(folder, INDEX), "utf8").catch(() => null);
  if (text === null) return null;
  let index: DownloadIndex;
  try {
    index = Index.parse(readJson(text));
  } catch {
    throw refused(`its ${INDEX} is not readable`);
  }
  const odd = index.files.find((path) => !belongs(path));
  if (odd !== undefined) throw refused(`${JSON.stringify(cutText(odd, 80))} is no file of a download`);
  return index;
}

/**
 * Puts files of an unpacked archive back below `root`. Existing files stay: a transfer's id is never used twice, so a
 * file of equal size is the same file. @returns the number of files put back
 */
export async function putBack(folder: string, { files }: DownloadIndex, root: string): Promise<number> {
  let put = 0;
  for (const [at, path] of files.entries()) {
    const from = join(folder, "downloads", String(at));
    const to = join(root, path);
    const [packed, there] = await Promise.all([stat(from).catch(() => null), stat(to).catch(() => null)]);
    // The file was deleted while the backup was taken, or it is still in place.
    if (!packed || (there?.isFile() && there.size === packed.size)) continue;
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    const draft = join(dirname(to), `.restoring-${at}`);
    try {
      await rename(from, draft).catch(async (error) => {
        // EXDEV means that the target is on another file system, where a rename cannot move the file.
        if (error.code !== "EXDEV") throw error;
        await copyFile(from, draft);
      });
      await rename(draft, to);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    put++;
  }
  return put;
}
