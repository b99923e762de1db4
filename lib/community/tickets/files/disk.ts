/**
 * Attachments on disk: DATA_DIR/attachments/<2 hex>/<32 hex>. The names on disk are random; only the database knows the
 * name that people see. Several processes share the folder as they share DATA_DIR.
 */
import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rm, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError, unavailable } from "@/lib/core/errors";
import { logger } from "@/lib/core/log/logger";
import { SNIFF_BYTES, textWatcher } from "./types";

export type Saved = { file: string; size: number; head: Uint8Array; isText: boolean };
/** Space that uploads leave free for the database. */
const RESERVE_BYTES = 268_435_456;
const NAME = /^[0-9a-f]{32}$/;

const pathOf = (folder: string, file: string) => join(folder, file.slice(0, 2), file);

/** Removes files. A missing file is ignored; a file that cannot be removed is logged, and `strays` finds it again. */
async function removeFiles(folder: string, files: readonly string[]): Promise<void> {
  for (const file of files)
    await rm(pathOf(folder, file), { force: true }).catch((error) =>
      logger.warn({ err: error, file }, "an attachment could not be removed"),
    );
}

/**
 * Writes the received bytes to a file with a new name.
 *
 * @throws AppError PAYLOAD_TOO_LARGE more than `max` bytes
 * @throws AppError INVALID_INPUT nothing arrived
 * @throws AppError UNAVAILABLE the disk is nearly full, or cannot be written
 */
async function saveFile(folder: string, bytes: AsyncIterable<Uint8Array>, max: number): Promise<Saved> {
  const file = randomBytes(16).toString("hex");
  const watcher = textWatcher();
  const head: Uint8Array[] = [];
  let kept = 0;
  let size = 0;
  try {
    await mkdir(dirname(pathOf(folder, file)), { recursive: true, mode: 0o700 });
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < max + RESERVE_BYTES)
      throw unavailable("The server's disk is nearly full: it takes no files at the moment", 60);
    const handle = await open(pathOf(folder, file), "wx", 0o600);
    try {
      for await (const chunk of bytes) {
        size += chunk.length;
        if (size > max)
          throw new AppError("PAYLOAD_TOO_LARGE", `file: is larger than the ${max} bytes accepted here`, {
            field: "file",
            max,
          });
        if (kept < SNIFF_BYTES) {
          head.push(chunk.subarray(0, SNIFF_BYTES - kept));
          kept += head.at(-1)!.length;
        }
        watcher.see(chunk);
        await handle.write(chunk);
      }
    } finally {
      await handle.close();
    }
    if (size === 0) throw new AppError("INVALID_INPUT", "file: is empty", { field: "file" });
    return { file, size, head: Buffer.concat(head), isText: watcher.end() };
  } catch (error) {
    await removeFiles(folder, [file]);
    if (error instanceof AppError || !(error as NodeJS.ErrnoException).syscall) throw error;
    logger.error({ err: error }, "an attachment could not be stored");
    throw unavailable("The file could not be stored at the moment", 10);
  }
}

/** @throws AppError NOT_FOUND the file is gone from the disk */
async function readFile(folder: string, file: string): Promise<AsyncIterable<Uint8Array>> {
  await stat(pathOf(folder, file)).catch(() => {
    throw new AppError("NOT_FOUND", "This file no longer exists");
  });
  // Open the file only when it is read, so that a caller that needs only the headers leaves no file open.
  return (async function* () {
    yield* createReadStream(pathOf(folder, file));
  })();
}

/** Yields the names of files older than `before` (epoch ms), one folder at a time. */
async function* straysIn(folder: string, before: number): AsyncGenerator<string[]> {
  for (const part of await readdir(folder).catch(() => [])) {
    if (!/^[0-9a-f]{2}$/.test(part)) continue;
    const old: string[] = [];
    for (const file of await readdir(join(folder, part)).catch(() => []))
      if (NAME.test(file) && ((await stat(pathOf(folder, file)).catch(() => null))?.mtimeMs ?? before) < before)
        old.push(file);
    if (old.length > 0) yield old;
  }
}

export const createDisk = (folder: string) => ({
  remove: (files: readonly string[]) => removeFiles(folder, files),
  save: (bytes: AsyncIterable<Uint8Array>, max: number) => saveFile(folder, bytes, max),
  read: (file: string) => readFile(folder, file),
  strays: (before: number) => straysIn(folder, before),
});

export type Disk = ReturnType<typeof createDisk>;
