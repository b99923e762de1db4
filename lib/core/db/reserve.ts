/**
 * Space on the disk for the time when it is full. Without it nobody could sign in and delete something, because both are
 * writes. When SQLite finds the disk full, the reserve is given up, and rows that bots send in masses are refused until
 * there is room again; otherwise they would take the space at once.
 */
import { rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { logger } from "@/lib/core/log/logger";

const RESERVE_BYTES = 16_777_216;
const LOOK_MS = 1_000;

let file: string | undefined;
let isSpent = false;
let lookedAt = Number.NEGATIVE_INFINITY;

function size(): number {
  return statSync(file!, { throwIfNoEntry: false })?.size ?? 0;
}

/** Writes the reserve, if the disk has twice as much room. Real bytes: an empty file of that size would take no space. */
function fill(): boolean {
  if (size() === RESERVE_BYTES) return true;
  try {
    const { bavail, bsize } = statfsSync(dirname(file!));
    if (bavail * bsize < 2 * RESERVE_BYTES) return false;
    writeFileSync(file!, Buffer.alloc(RESERVE_BYTES, 1), { mode: 0o600 });
    return true;
  } catch {
    rmSync(file!, { force: true });
    return false;
  }
}

/** Makes the reserve beside the database. */
export function keepReserve(database: string): void {
  file = `${database}-reserve`;
  fill();
}

/** Frees the reserve, because the disk is full. */
export function spendReserve(): void {
  if (!file || isSpent) return;
  isSpent = true;
  lookedAt = performance.now();
  rmSync(file, { force: true });
  logger.error("the disk is full: logs and messages are refused until there is room");
}

/**
 * Whether the disk is so full that masses of rows must be refused.
 *
 * @param freeBytes returns how much space within the database file is free: rows that were deleted leave it
 */
export async function isShortOfSpace(freeBytes: () => Promise<number>): Promise<boolean> {
  if (!isSpent) return false;
  if (performance.now() - lookedAt < LOOK_MS) return true;
  lookedAt = performance.now();
  if (!fill() && (await freeBytes()) < RESERVE_BYTES) return true;
  isSpent = false;
  logger.info("there is room on the disk again");
  return false;
}

/** True from the moment when the reserve was given up. */
export const isReserveSpent = (): boolean => isSpent;
