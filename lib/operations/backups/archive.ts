/**
 * The archive: a tar.gz of manifest.json first, the database, attachments, files of downloads (downloads.ts), and
 * SHA256SUMS last (as `sha256sum -c` reads it). Written and read as a stream, so memory stays flat whatever its size.
 *
 * The reader takes what the writer writes and nothing else: plain files under known names, each once, each with its
 * checksum. Links, devices, folders, absolute paths, `..` and extension headers are not among it, so none can do harm.
 */

import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { cutText } from "@/lib/core/format/text";
import { Manifest } from "./contract";

const SUMS = "SHA256SUMS";
const MAX_ENTRIES = 500_000;
const MAX_MANIFEST = 1_048_576;
const MAX_SUMS = 67_108_864;
/** Unpacked bytes of a whole archive. */
const MAX_TOTAL = 1_099_511_627_776;
/** Text of logs packs to a tenth or a fiftieth; what grows more than this beyond the first part was made to. */
const MAX_RATIO = 300;
const RATIO_FROM = 268_435_456;
const ENTRY =
  /^(?:manifest\.json|SHA256SUMS|database\/muster\.db|database\/[a-z_][a-z0-9_]{0,62}\.ndjson|attachments\/[0-9a-f]{2}\/[0-9a-f]{32}|downloads\.json|downloads\/\d{1,6})$/;

/** An archive that is not one of ours, or not whole. */
export const refused = (why: string) =>
  new AppError("INVALID_INPUT", `filename: this archive cannot be restored: ${why}`, { field: "filename", why });

type Source = { name: string; path: string };
type Progress = (bytes: number) => void;

/**
 * Writes an archive of `sources` to `to` (mode 0600). A source that is gone by the time it is read is left out.
 * @returns how many files, and their bytes
 */
export async function pack(
  to: string,
  manifest: Manifest,
  sources: AsyncIterable<Source> | Iterable<Source>,
  progress: (bytes: number) => void = () => {},
): Promise<{ files: number; bytes: number }> {
  const archive = (await import("tar-stream")).default.pack();
  const written = pipeline(archive, createGzip({ level: 6 }), createWriteStream(to, { flags: "wx", mode: 0o600 }));
  // Reported below; until then nobody listens.
  written.catch(() => {});
  const sums: string[] = [];
  let bytes = 0;
  const whole = (name: string, data: Buffer) => {
    sums.push(`${createHash("sha256").update(data).digest("hex")}  ${name}\n`);
    bytes += data.length;
    archive.entry({ name, mode: 0o600 }, data);
  };
  const fill = async () => {
    whole("manifest.json", Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
    for await (const { name, path } of sources) {
      if (sums.length >= MAX_ENTRIES - 2) throw new Error(`more than ${MAX_ENTRIES} files`);
      const handle = await open(path).catch((error) => {
        if (error.code === "ENOENT") return null;
        throw error;
      });
      if (!handle) continue;
      try {
        const { size, mtime } = await handle.stat();
        const hash = createHash("sha256");
        const entry = archive.entry({ name, size, mode: 0o600, mtime });
        const failed = once(entry, "error").then(([error]) => Promise.reject(error));
        failed.catch(() => {});
        const input = size === 0 ? [] : handle.createReadStream({ start: 0, end: size - 1, autoClose: false });
        for await (const chunk of input as AsyncIterable<Buffer>) {
          hash.update(chunk);
          bytes += chunk.length;
          progress(bytes);
          if (!entry.write(chunk)) await Promise.race([once(entry, "drain"), written, failed]);
        }
        entry.end(Buffer.alloc(0));
        sums.push(`${hash.digest("hex")}  ${name}\n`);
      } finally {
        await handle.close();
      }
    }
    const files = sums.length;
    archive.entry({ name: SUMS, mode: 0o600 }, Buffer.from(sums.join("")));
    archive.finalize();
    return files;
  };
  try {
    const files = await Promise.race([fill(), written.then(() => new Promise<never>(() => {}))]);
    await written;
    const handle = await open(to, "r+");
    await handle.sync();
    await handle.close();
    return { files, bytes };
  } catch (error) {
    archive.destroy(error as Error);
    await written.catch(() => {});
    throw error;
  }
}

/** Bytes asked for by number, out of a stream. Never holds more than a chunk and what was asked for. */
class Reader {
  #rest: Buffer = Buffer.alloc(0);
  #input: AsyncIterator<Buffer>;
  constructor(input: AsyncIterable<Buffer>) {
    this.#input = input[Symbol.asyncIterator]();
  }
  /** At most `max` bytes; empty at the end. */
  async some(max: number): Promise<Buffer> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#input.next();
      if (done) return this.#rest;
      this.#rest = value;
    }
    const part = this.#rest.subarray(0, max);
    this.#rest = this.#rest.subarray(part.length);
    return part;
  }
  async exactly(length: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let left = length;
    while (left > 0) {
      const part = await this.some(left);
      if (part.length === 0) throw refused("it ends too early");
      chunks.push(part);
      left -= part.length;
    }
    return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  }
}

type Header = { name: string; size: number };
const text = (block: Buffer, from: number, length: number) =>
  block
    .subarray(from, from + length)
    .toString("latin1")
    .replace(/\0.*$/s, "");

/** One header block; null for the zeros that end an archive. */
function header(block: Buffer): Header | null {
  if (block.every((byte) => byte === 0)) return null;
  let sum = 8 * 32;
  for (let at = 0; at < 512; at++) if (at < 148 || at >= 156) sum += block[at]!;
  if (Number.parseInt(text(block, 148, 8).trim(), 8) !== sum) throw refused("a header in it is damaged");
  const name = text(block, 0, 100);
  const kind = text(block, 156, 1);
  const shown = JSON.stringify(cutText(name, 80));
  if (kind !== "0" && kind !== "") throw refused(`${shown} is no plain file`);
  if (text(block, 345, 155) !== "" || !ENTRY.test(name)) throw refused(`${shown} does not belong into a backup`);
  // Above 8 GiB the size is written in binary.
  const size =
    block[124] === 0x80 ? Number(block.readBigUInt64BE(128)) : Number.parseInt(text(block, 124, 12).trim() || "0", 8);
  if (!Number.isSafeInteger(size) || size < 0) throw refused(`the size of ${shown} is not a number`);
  return { name, size };
}

type Unpacked = { manifest: Manifest; names: string[]; bytes: number };

/**
 * Reads an archive whole and checks it: form, names, limits, manifest, and the checksum of every entry.
 *
 * @param into   where entries are written, each with mode 0600
 * @param keep   which of them; the others are checked only
 * @param room   bytes that may be written
 * @throws AppError INVALID_INPUT saying what is wrong; what was written by then is the caller's to remove
 */
export async function unpack(
  file: string,
  into: string,
  { keep, room, progress = () => {} }: { keep: (name: string) => boolean; room: number; progress?: Progress },
): Promise<Unpacked> {
  const packed = (await stat(file)).size;
  const source = createReadStream(file);
  const gunzip = createGunzip();
  source.on("error", (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  const seen = new Map<string, string>();
  let manifest: Manifest | undefined;
  let sums: string | undefined;
  let bytes = 0;
  let writtenBytes = 0;

  async function body({ name, size }: Header, reader: Reader): Promise<void> {
    const kept = keep(name) && name !== "manifest.json" && name !== SUMS;
    const limit =
      name === "manifest.json" ? MAX_MANIFEST : /^(SHA256SUMS|downloads\.json)$/.test(name) ? MAX_SUMS : MAX_TOTAL;
    if (size > limit) throw refused(`${name} is too large`);
    if (kept && writtenBytes + size > room)
      throw new AppError("UNAVAILABLE", "There is not enough disk space to unpack this backup", undefined, 60);
    const hash = createHash("sha256");
    const inMemory: Buffer[] | undefined = limit < MAX_TOTAL ? [] : undefined;
    const path = join(into, name);
    if (kept) await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const handle = kept ? await open(path, "wx", 0o600) : undefined;
    try {
      for (let left = size; left > 0; ) {
        const part = await reader.some(Math.min(left, 1_048_576));
        if (part.length === 0) throw refused("it ends too early");
        left -= part.length;
        bytes += part.length;
        if (bytes > RATIO_FROM && bytes > packed * MAX_RATIO)
          throw refused("it unpacks to far more than a backup does");
        hash.update(part);
        inMemory?.push(part);
        if (handle) {
          await handle.writeFile(part);
          writtenBytes += part.length;
        }
        progress(source.bytesRead / Math.max(1, packed));
      }
      await handle?.sync();
    } finally {
      await handle?.close();
    }
    if (size % 512) await reader.exactly(512 - (size % 512));
    seen.set(name, hash.digest("hex"));
    const content = inMemory && Buffer.concat(inMemory).toString("utf8");
    if (name === "manifest.json") manifest = parseManifest(content!);
    if (name === SUMS) sums = content;
  }

  try {
    const reader = new Reader(gunzip as AsyncIterable<Buffer>);
    for (;;) {
      const entry = header(await reader.exactly(512));
      if (!entry) break;
      if (sums !== undefined) throw refused(`something comes after ${SUMS}`);
      if (seen.size === 0 && entry.name !== "manifest.json") throw refused("it does not begin with manifest.json");
      if (seen.has(entry.name)) throw refused(`${entry.name} is in it twice`);
      if (seen.size >= MAX_ENTRIES) throw refused(`it holds more than ${MAX_ENTRIES} files`);
      await body(entry, reader);
    }
    // tar pads its end with zeros.
    for (let padding = 0; ; ) {
      const part = await reader.some(65_536);
      if (part.length === 0) break;
      padding += part.length;
      if (padding > 1_048_576 || part.some((byte) => byte !== 0)) throw refused("something comes after its end");
    }
  } catch (error) {
    throw isZlib(error) ? refused("it is damaged or cut off") : error;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
  if (!manifest) throw refused("it has no manifest.json");
  if (sums === undefined) throw refused(`it has no ${SUMS}`);
  seen.delete(SUMS);
  compare(seen, sums);
  const names = [...seen.keys()];
  belongs(manifest, names);
  return { manifest, names, bytes };
}

const isZlib = (error: unknown) => /^Z_|^ERR_(ZLIB|STREAM_PREMATURE)/.test(String((error as { code?: string })?.code));

function parseManifest(content: string): Manifest {
  try {
    return Manifest.parse(readJson(content));
  } catch {
    throw refused("its manifest.json is not one this version understands");
  }
}

function compare(seen: Map<string, string>, sums: string): void {
  const reported = new Set<string>();
  for (const line of sums.split("\n")) {
    if (line === "") continue;
    const [, sum, name] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (!name || reported.has(name)) throw refused(`${SUMS} is not readable`);
    if (!seen.has(name)) throw refused(`${cutText(name, 80)} is missing`);
    if (seen.get(name) !== sum) throw refused(`${name} is damaged: its checksum differs`);
    reported.add(name);
  }
  for (const name of seen.keys()) if (!reported.has(name)) throw refused(`${name} has no checksum`);
}

/** The database's part is as the manifest's provider writes it. */
function belongs(manifest: Manifest, names: string[]): void {
  const found = new Set(names.filter((name) => name.startsWith("database/")));
  const expected =
    manifest.provider === "sqlite"
      ? ["database/muster.db"]
      : Object.keys(manifest.tables).map((table) => `database/${table}.ndjson`);
  for (const name of expected) if (!found.delete(name)) throw refused(`${name} is missing`);
  const [extra] = found;
  if (extra) throw refused(`${extra} is not in the manifest`);
}

/** The manifest alone, from an archive's first bytes; null when there is none to read. */
export async function peek(file: string): Promise<Manifest | null> {
  const source = createReadStream(file);
  const gunzip = createGunzip();
  source.on("error", (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  try {
    const reader = new Reader(gunzip as AsyncIterable<Buffer>);
    const first = header(await reader.exactly(512));
    if (first?.name !== "manifest.json" || first.size > MAX_MANIFEST) return null;
    return parseManifest((await reader.exactly(first.size)).toString("utf8"));
  } catch {
    return null;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}
