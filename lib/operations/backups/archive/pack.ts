/** Writes archives. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { Pack } from "tar-stream";
import type { Manifest } from "@/lib/operations/backups/contract";
import { MANIFEST, MAX_ENTRIES, SUMS } from "./format";

type Source = { name: string; path: string };

/** An archive that is being written, and what has been added to it so far. */
type Draft = {
  archive: Pack;
  /** Resolves when the file is written, or rejects with the error that stopped it. */
  written: Promise<void>;
  sums: string[];
  bytes: number;
  progress(bytes: number): void;
};

function addWhole(draft: Draft, name: string, data: Buffer): void {
  draft.sums.push(`${createHash("sha256").update(data).digest("hex")}  ${name}\n`);
  draft.bytes += data.length;
  draft.archive.entry({ name, mode: 0o600 }, data);
}

async function addFile(draft: Draft, name: string, handle: FileHandle): Promise<void> {
  const { size, mtime } = await handle.stat();
  const hash = createHash("sha256");
  const entry = draft.archive.entry({ name, size, mode: 0o600, mtime });
  const failed = once(entry, "error").then(([error]) => Promise.reject(error));
  failed.catch(() => {});
  const input = size === 0 ? [] : handle.createReadStream({ start: 0, end: size - 1, autoClose: false });
  for await (const chunk of input as AsyncIterable<Buffer>) {
    hash.update(chunk);
    draft.bytes += chunk.length;
    draft.progress(draft.bytes);
    if (!entry.write(chunk)) await Promise.race([once(entry, "drain"), draft.written, failed]);
  }
  entry.end(Buffer.alloc(0));
  draft.sums.push(`${hash.digest("hex")}  ${name}\n`);
}

/**
 * Adds the sources to the archive. Leaves out a source that was deleted before it is read. @returns the number of files
 * added
 */
async function fill(
  draft: Draft,
  manifest: Manifest,
  sources: AsyncIterable<Source> | Iterable<Source>,
): Promise<number> {
  addWhole(draft, MANIFEST, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
  for await (const { name, path } of sources) {
    if (draft.sums.length >= MAX_ENTRIES - 2) throw new Error(`more than ${MAX_ENTRIES} files`);
    const handle = await open(path).catch((error) => {
      if (error.code === "ENOENT") return null;
      throw error;
    });
    if (!handle) continue;
    try {
      await addFile(draft, name, handle);
    } finally {
      await handle.close();
    }
  }
  const files = draft.sums.length;
  draft.archive.entry({ name: SUMS, mode: 0o600 }, Buffer.from(draft.sums.join("")));
  draft.archive.finalize();
  return files;
}

/**
 * Writes an archive of `sources` to `to` (mode 0600). Leaves out a source that was deleted before it is read.
 * @returns the number of files, and their bytes
 */
export async function pack(
  to: string,
  manifest: Manifest,
  sources: AsyncIterable<Source> | Iterable<Source>,
  progress: (bytes: number) => void = () => {},
): Promise<{ files: number; bytes: number }> {
  const archive = (await import("tar-stream")).default.pack();
  const written = pipeline(archive, createGzip({ level: 6 }), createWriteStream(to, { flags: "wx", mode: 0o600 }));
  // Ignore the error here: it is reported below, and an unhandled rejection would end the process before that.
  written.catch(() => {});
  const draft: Draft = { archive, written, sums: [], bytes: 0, progress };
  try {
    const filling = fill(draft, manifest, sources);
    const files = await Promise.race([filling, written.then(() => new Promise<never>(() => {}))]);
    await written;
    const handle = await open(to, "r+");
    await handle.sync();
    await handle.close();
    return { files, bytes: draft.bytes };
  } catch (error) {
    archive.destroy(error as Error);
    await written.catch(() => {});
    throw error;
  }
}
