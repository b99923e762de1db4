/** Reads an archive's bytes, unpacking them on the way. */
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import type { Manifest } from "@/lib/operations/backups/contract";
import { type Header, MANIFEST, MAX_MANIFEST, parseManifest, readHeader, refused } from "./format";

/** Reads a given number of bytes from a stream. Keeps only one chunk and the requested bytes in memory. */
export class Reader {
  #rest: Buffer = Buffer.alloc(0);
  #input: AsyncIterator<Buffer>;
  constructor(input: AsyncIterable<Buffer>) {
    this.#input = input[Symbol.asyncIterator]();
  }
  /** Returns at most `max` bytes; none at the end. */
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

/**
 * Opens an archive. @returns its unpacked bytes, the number of packed bytes read so far, and a function that closes the
 * file at any point
 */
export function openArchive(file: string) {
  const source = createReadStream(file);
  const gunzip = createGunzip();
  source.on("error", (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  return {
    reader: new Reader(gunzip as AsyncIterable<Buffer>),
    packedRead: () => source.bytesRead,
    close(): void {
      source.destroy();
      gunzip.destroy();
    },
  };
}

/** Reads only the manifest, from an archive's first bytes; null when it cannot be read. */
export async function peek(file: string): Promise<Manifest | null> {
  const { reader, close } = openArchive(file);
  try {
    const first: Header | null = readHeader(await reader.exactly(512));
    if (first?.name !== MANIFEST || first.size > MAX_MANIFEST) return null;
    return parseManifest((await reader.exactly(first.size)).toString("utf8"));
  } catch {
    return null;
  } finally {
    close();
  }
}
