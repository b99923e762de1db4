/** Files of transfers: `<folder>/<task id>/<name>`, while they come `<name>.part`-like in the same place. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, rename, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@/lib/errors";
import { Hopeless } from "./open";
import type { StoredFile } from "./rows";

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

/** Parts of at most `max` bytes. */
export function partsOf(name: string, bytes: number, max: number): StoredFile[] {
  const count = Math.max(1, Math.ceil(bytes / max));
  return Array.from({ length: count }, (_, index) => ({
    name: count === 1 ? name : `${name}.${String(index + 1).padStart(3, "0")}`,
    from: index * max,
    bytes: Math.min(max, bytes - index * max),
    remote: null,
  }));
}

/** Bytes `from` ≤ byte < `to` of a file that is there. Opened when it is read. @throws AppError NOT_FOUND */
export async function readFile(file: string, from: number, to: number): Promise<AsyncIterable<Uint8Array>> {
  const found = await stat(file).catch(() => null);
  if (!found?.isFile() || found.size < to) throw new AppError("NOT_FOUND", "This file is no longer there");
  return (async function* () {
    if (to > from) yield* createReadStream(file, { start: from, end: to - 1 });
  })();
}

/** Folders of transfers, a few at a time. */
export async function* folders(dir: string): AsyncGenerator<string[]> {
  const names = (await readdir(dir).catch(() => [])).filter((name) => FOLDER.test(name));
  for (let from = 0; from < names.length; from += 100) yield names.slice(from, from + 100);
}
