/**
 * The archive: a tar.gz of manifest.json first, the database, attachments, files of downloads (downloads.ts), and
 * SHA256SUMS last (in the format that `sha256sum -c` reads). It is written and read as a stream, so memory use does not
 * grow with its size.
 *
 * The reader accepts only what the writer writes: plain files under known names, each once and with its checksum. It
 * refuses links, devices, folders, absolute paths, `..` and extension headers, so that a forged archive can do no harm.
 */
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { cutText } from "@/lib/core/format/text";
import { Manifest } from "@/lib/operations/backups/contract";

export const MANIFEST = "manifest.json";
export const SUMS = "SHA256SUMS";
export const MAX_ENTRIES = 500_000;
export const MAX_MANIFEST = 1_048_576;
const MAX_SUMS = 67_108_864;
/** The most unpacked bytes of a whole archive. */
const MAX_TOTAL = 1_099_511_627_776;
const ENTRY =
  /^(?:manifest\.json|SHA256SUMS|database\/muster\.db|database\/[a-z_][a-z0-9_]{0,62}\.ndjson|attachments\/[0-9a-f]{2}\/[0-9a-f]{32}|downloads\.json|downloads\/\d{1,6})$/;

/** Creates the error for an archive that Muster did not write, or that is incomplete. */
export const refused = (why: string) =>
  new AppError("INVALID_INPUT", `filename: this archive cannot be restored: ${why}`, { field: "filename", why });

/** Returns the size limit of the entry with this name, and whether the entry is small enough to be kept in memory. */
export function limitOf(name: string): { bytes: number; isSmall: boolean } {
  if (name === MANIFEST) return { bytes: MAX_MANIFEST, isSmall: true };
  if (name === SUMS || name === "downloads.json") return { bytes: MAX_SUMS, isSmall: true };
  return { bytes: MAX_TOTAL, isSmall: false };
}

export type Header = { name: string; size: number };
const text = (block: Buffer, from: number, length: number) =>
  block
    .subarray(from, from + length)
    .toString("latin1")
    .replace(/\0.*$/s, "");

/** Reads one header block. Returns null for the zeros that end an archive. */
export function readHeader(block: Buffer): Header | null {
  if (block.every((byte) => byte === 0)) return null;
  let sum = 8 * 32;
  for (let at = 0; at < 512; at++) if (at < 148 || at >= 156) sum += block[at]!;
  if (Number.parseInt(text(block, 148, 8).trim(), 8) !== sum) throw refused("a header in it is damaged");
  const name = text(block, 0, 100);
  const kind = text(block, 156, 1);
  const shown = JSON.stringify(cutText(name, 80));
  if (kind !== "0" && kind !== "") throw refused(`${shown} is no plain file`);
  if (text(block, 345, 155) !== "" || !ENTRY.test(name)) throw refused(`${shown} does not belong into a backup`);
  // A size above 8 GiB is written in binary.
  const size =
    block[124] === 0x80 ? Number(block.readBigUInt64BE(128)) : Number.parseInt(text(block, 124, 12).trim() || "0", 8);
  if (!Number.isSafeInteger(size) || size < 0) throw refused(`the size of ${shown} is not a number`);
  return { name, size };
}

/** @throws AppError INVALID_INPUT this version cannot read the manifest */
export function parseManifest(content: string): Manifest {
  try {
    return Manifest.parse(readJson(content));
  } catch {
    throw refused("its manifest.json is not one this version understands");
  }
}
