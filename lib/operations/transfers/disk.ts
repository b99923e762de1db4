/** Files of transfers: `<folder>/<task id>/<name>`, while they come `<name>.part`-like in the same place. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readdir, rename, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@/lib/core/errors";
import { Hopeless } from "./fetch/open";
import type { StoredFile } from "./rows";
import type { Content } from "./torrent/download";

/** Stays free for the database, whatever people fetch. */
const RESERVE_BYTES = 268_435_456;
const FOLDER = /^task_[0-9a-z]{10,40}$/;
/** No file of a transfer is called this: names never start with a dot. */
const UNFINISHED = ".unfinished";

const folderOf = (dir: string, id: string): string => join(dir, id);
export const unfinishedOf = (dir: string, id: string): string => join(dir, id, UNFINISHED);

/** @throws Hopeless when fewer than `bytes` could be written */
export async function room(dir: string, bytes: number, reserve = RESERVE_BYTES): Promise<void> {
  const { bavail, bsize } = await statfs(dir);
  if (bavail * bsize < bytes + reserve)
    throw new Hopeless("UNAVAILABLE", "The server's disk has no room for it; delete what is not needed and try again");
}

/** Gives the fetched file its name. Repeating it is fine. */
export async function finish(dir: string, id: string, name: string): Promise<string> {
  const to = join(dir, id, name);
  await rename(unfinishedOf(dir, id), to).catch(async (error) => {
    if (!(await stat(to).catch(() => null))) throw error;
  });
  return to;
}

export const removeFolder = (dir: string, id: string): Promise<void> =>
  rm(folderOf(dir, id), { recursive: true, force: true, maxRetries: 3 });

/** @throws Hopeless when the file is not the one `checksum` (`sha256:…`) belongs to */
export async function verify(file: string, checksum: string, signal: AbortSignal): Promise<void> {
  const [algorithm, digest] = checksum.split(":") as [string, string];
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(file, { highWaterMark: 1_048_576, signal })) hash.update(chunk);
  const got = hash.digest("hex");
  if (got !== digest) throw new Hopeless("CONFLICT", `The checksum does not match: the file's ${algorithm} is ${got}`);
}

/** Parts of at most `max` bytes of the file at `path` below the transfer's folder. */
export function partsOf({ path, name, bytes }: Content, max: number): StoredFile[] {
  const count = Math.max(1, Math.ceil(bytes / max));
  return Array.from({ length: count }, (_, index) => ({
    name: count === 1 ? name : `${name}.${String(index + 1).padStart(3, "0")}`,
    from: index * max,
    bytes: Math.min(max, bytes - index * max),
    remote: null,
    path,
  }));
}

/** What a file that is given consists of: bytes of files that are there, and bytes that are made. */
export type Piece = { file: string; from: number; bytes: number } | { made: Uint8Array };
const lengthOf = (piece: Piece) => ("made" in piece ? piece.made.length : piece.bytes);

/** Bytes `from` ≤ byte < `to` of the pieces in a row. Files are opened when they are read. @throws AppError NOT_FOUND */
export async function readPieces(
  pieces: readonly Piece[],
  from: number,
  to: number,
): Promise<AsyncIterable<Uint8Array>> {
  let start = 0;
  const wanted: Piece[] = [];
  for (const piece of pieces) {
    const [first, last] = [Math.max(0, from - start), Math.min(lengthOf(piece), to - start)];
    start += lengthOf(piece);
    if (first >= last) continue;
    if ("made" in piece) {
      wanted.push({ made: piece.made.subarray(first, last) });
      continue;
    }
    // A link would lead elsewhere; none of what is fetched is one.
    const found = await lstat(piece.file).catch(() => null);
    if (!found?.isFile() || found.size < piece.from + last)
      throw new AppError("NOT_FOUND", "This file is no longer there");
    wanted.push({ file: piece.file, from: piece.from + first, bytes: last - first });
  }
  return (async function* () {
    for (const piece of wanted)
      if ("made" in piece) yield piece.made;
      else yield* createReadStream(piece.file, { start: piece.from, end: piece.from + piece.bytes - 1 });
  })();
}

/** Folders of transfers, a few at a time. */
export async function* folders(dir: string): AsyncGenerator<string[]> {
  const names = (await readdir(dir).catch(() => [])).filter((name) => FOLDER.test(name));
  for (let from = 0; from < names.length; from += 100) yield names.slice(from, from + 100);
}
