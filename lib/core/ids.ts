/** Ids of rows: `<prefix>_` + time (sortable) + 48 random bits, lower-case base 36. */
import { randomBytes } from "node:crypto";

let pool = Buffer.alloc(0);
let at = 0;

/** Six random bytes from a pool: asking the system per id costs more than the id's row. */
function random(): number {
  if (at + 6 > pool.length) {
    pool = randomBytes(6 * 512);
    at = 0;
  }
  const value = pool.readUIntBE(at, 6);
  at += 6;
  return value;
}

export const newId = (prefix: string): string =>
  `${prefix}_${Date.now().toString(36)}${random().toString(36).padStart(10, "0")}`;
