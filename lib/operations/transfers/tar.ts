/**
 * Combines several files into one tar (POSIX pax). Its layout is computed first, so that any range can be read without
 * creating the archive.
 */
import type { Piece } from "./disk";

const BLOCK = 512;
/** The largest value of a header's size field: eleven octal digits. */
const SIZE_MAX = 8 ** 11 - 1;

type Entry = { name: string; file: string; bytes: number };

/** @param mtime milliseconds; use the same value each time, so that ranges belong to identical archives */
export function tarOf(entries: readonly Entry[], mtime: number): Piece[] {
  const at = Math.floor(mtime / 1000);
  const pieces: Piece[] = [];
  for (const { name, file, bytes } of entries) {
    pieces.push({ made: headersOf(name, bytes, at) });
    if (bytes > 0) pieces.push({ file, from: 0, bytes });
    const rest = bytes % BLOCK;
    if (rest > 0) pieces.push({ made: Buffer.alloc(BLOCK - rest) });
  }
  pieces.push({ made: Buffer.alloc(2 * BLOCK) });
  return pieces;
}

/** Writes a file's header, preceded by a pax header if its name or size does not fit. */
function headersOf(name: string, bytes: number, mtime: number): Buffer {
  const records = [
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what old readers take
    ...(/^[\u0000-\u007f]{1,100}$/.test(name) ? [] : [record("path", name)]),
    ...(bytes > SIZE_MAX ? [record("size", String(bytes))] : []),
  ];
  const own = header(name, Math.min(bytes, SIZE_MAX), mtime, "0");
  if (records.length === 0) return own;
  const body = Buffer.concat(records);
  const padding = Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK);
  return Buffer.concat([header("PaxHeader", body.length, mtime, "x"), body, padding, own]);
}

/** Writes `<length> <key>=<value>\n`; the length includes its own digits. */
function record(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + 1;
  while (rest + String(length).length !== length) length = rest + String(length).length;
  return Buffer.from(`${length} ${key}=${value}\n`);
}

function header(name: string, bytes: number, mtime: number, type: "0" | "x"): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, width: number) =>
    block.write(`${value.toString(8).padStart(width - 1, "0")}\0`, at, "latin1");
  // ASCII
  block.write(name.replace(/[^\x20-\x7e]/g, "_").slice(0, 100), 0, "latin1");
  octal(0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(bytes, 124, 12);
  octal(mtime, 136, 12);
  block.write("        ", 148, "latin1");
  block.write(type, 156, "latin1");
  block.write("ustar\x0000", 257, "latin1");
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}
