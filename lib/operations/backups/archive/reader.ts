/** Bytes of an archive, unpacked while it is read. */
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import type { Manifest } from "@/lib/operations/backups/contract";
import { type Header, MANIFEST, MAX_MANIFEST, parseManifest, readHeader, refused } from "./format";

/** Bytes asked for by number, out of a stream. Never holds more than a chunk and what was asked for. */
export class Reader {
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

/** Opens an archive. @returns its bytes, how many packed ones were read, and what closes it whether it was read whole or not */
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

/** The manifest alone, from an archive's first bytes; null when there is none to read. */
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
