/** Reads a whole archive, and checks everything in it. */
import { createHash } from "node:crypto";
import { mkdir, open, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import type { Manifest } from "@/lib/operations/backups/contract";
import { type Header, limitOf, MANIFEST, MAX_ENTRIES, parseManifest, readHeader, refused, SUMS } from "./format";
import { openArchive, type Reader } from "./reader";

/**
 * The largest accepted compression ratio, applied after the first RATIO_FROM bytes. Logs compress by 10 to 50 times; an
 * archive that grows more than this was made to fill the disk.
 */
const MAX_RATIO = 300;
const RATIO_FROM = 268_435_456;
const CHUNK = 1_048_576;

type Unpacked = { manifest: Manifest; names: string[]; bytes: number };
type Options = {
  /** Returns whether an entry is written to disk; other entries are only checked. */
  keep(name: string): boolean;
  /** The number of bytes that may be written. */
  room: number;
  /** Called with the share of the archive that has been read. */
  progress?(share: number): void;
};
/** An archive that is being read, and the findings so far. */
type Reading = {
  reader: Reader;
  into: string;
  options: Options;
  /** The size of the packed file in bytes. */
  packed: number;
  packedRead(): number;
  /** Checksums of the entries, by name. */
  seen: Map<string, string>;
  manifest: Manifest | undefined;
  sums: string | undefined;
  bytes: number;
  writtenBytes: number;
};

/**
 * Reads a whole archive and checks its form, names, limits, manifest, and the checksum of every entry.
 *
 * @param into   the folder to which entries are written, each with mode 0600
 * @throws AppError INVALID_INPUT saying what is wrong; the caller has to remove the files written so far
 */
export async function unpack(file: string, into: string, options: Options): Promise<Unpacked> {
  const packed = (await stat(file)).size;
  const { reader, packedRead, close } = openArchive(file);
  const reading: Reading = {
    ...{ reader, into, options, packed, packedRead },
    ...{ seen: new Map(), manifest: undefined, sums: undefined, bytes: 0, writtenBytes: 0 },
  };
  try {
    await readEntries(reading);
    await readEnd(reader);
  } catch (error) {
    throw isZlib(error) ? refused("it is damaged or cut off") : error;
  } finally {
    close();
  }
  const { seen, manifest, sums, bytes } = reading;
  if (!manifest) throw refused(`it has no ${MANIFEST}`);
  if (sums === undefined) throw refused(`it has no ${SUMS}`);
  seen.delete(SUMS);
  compare(seen, sums);
  const names = [...seen.keys()];
  belongs(manifest, names);
  return { manifest, names, bytes };
}

async function readEntries(reading: Reading): Promise<void> {
  const { reader, seen } = reading;
  for (;;) {
    const entry = readHeader(await reader.exactly(512));
    if (!entry) return;
    if (reading.sums !== undefined) throw refused(`something comes after ${SUMS}`);
    if (seen.size === 0 && entry.name !== MANIFEST) throw refused(`it does not begin with ${MANIFEST}`);
    if (seen.has(entry.name)) throw refused(`${entry.name} is in it twice`);
    if (seen.size >= MAX_ENTRIES) throw refused(`it holds more than ${MAX_ENTRIES} files`);
    await readEntry(reading, entry);
  }
}

/** tar pads its end with zeros. */
async function readEnd(reader: Reader): Promise<void> {
  for (let padding = 0; ; ) {
    const chunk = await reader.some(65_536);
    if (chunk.length === 0) return;
    padding += chunk.length;
    if (padding > CHUNK || chunk.some((byte) => byte !== 0)) throw refused("something comes after its end");
  }
}

async function readEntry(reading: Reading, { name, size }: Header): Promise<void> {
  const isKept = reading.options.keep(name) && name !== MANIFEST && name !== SUMS;
  const limit = limitOf(name);
  if (size > limit.bytes) throw refused(`${name} is too large`);
  if (isKept && reading.writtenBytes + size > reading.options.room)
    throw new AppError("UNAVAILABLE", "There is not enough disk space to unpack this backup", undefined, 60);
  const hash = createHash("sha256");
  const inMemory: Buffer[] | undefined = limit.isSmall ? [] : undefined;
  const path = join(reading.into, name);
  if (isKept) await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const handle = isKept ? await open(path, "wx", 0o600) : undefined;
  try {
    for await (const chunk of contentOf(reading, size)) {
      hash.update(chunk);
      inMemory?.push(chunk);
      if (!handle) continue;
      await handle.writeFile(chunk);
      reading.writtenBytes += chunk.length;
    }
    await handle?.sync();
  } finally {
    await handle?.close();
  }
  if (size % 512) await reading.reader.exactly(512 - (size % 512));
  reading.seen.set(name, hash.digest("hex"));
  const content = inMemory && Buffer.concat(inMemory).toString("utf8");
  if (name === MANIFEST) reading.manifest = parseManifest(content!);
  if (name === SUMS) reading.sums = content;
}

/**
 * Yields the bytes of an entry. @throws AppError INVALID_INPUT it ends too early, or unpacks to far more than a backup
 * does
 */
async function* contentOf(reading: Reading, size: number): AsyncGenerator<Buffer> {
  const { reader, packed, packedRead, options } = reading;
  for (let left = size; left > 0; ) {
    const chunk = await reader.some(Math.min(left, CHUNK));
    if (chunk.length === 0) throw refused("it ends too early");
    left -= chunk.length;
    reading.bytes += chunk.length;
    if (reading.bytes > RATIO_FROM && reading.bytes > packed * MAX_RATIO)
      throw refused("it unpacks to far more than a backup does");
    yield chunk;
    options.progress?.(packedRead() / Math.max(1, packed));
  }
}

const isZlib = (error: unknown) => /^Z_|^ERR_(ZLIB|STREAM_PREMATURE)/.test(String((error as { code?: string })?.code));

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

/** Checks that the database files in the archive are those that the manifest's provider writes. */
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
