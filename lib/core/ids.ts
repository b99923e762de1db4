/** Ids of rows: `<prefix>_` + time (sortable) + 48 random bits, lower-case base 36. */
import { randomBytes } from "node:crypto";

let pool = Buffer.alloc(0);
let at = 0;

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";
/** All pairs of digits. */
const PAIRS = Array.from({ length: 36 * 36 }, (_, n) => DIGITS[Math.floor(n / 36)]! + DIGITS[n % 36]!);

/** Five digits of a whole number below 36 ** 5. `Number.toString(36)` takes ten times as long: it divides floating-point numbers. */
const fiveDigits = (n: number): string =>
  DIGITS[Math.floor(n / 1_679_616)]! + PAIRS[Math.floor(n / 1_296) % 1_296]! + PAIRS[n % 1_296]!;

const FIVE = 36 ** 5;

/** Ten digits for six random bytes, from a pool: asking the system per id costs more than the id's row. */
function random(): string {
  if (at + 6 > pool.length) {
    pool = randomBytes(6 * 512);
    at = 0;
  }
  const value = pool.readUIntBE(at, 6);
  at += 6;
  const high = Math.floor(value / FIVE);
  return fiveDigits(high) + fiveDigits(value - high * FIVE);
}

let stampedAt = 0;
let stamp = "";

/** The time of an id. Its text is kept, because ids of one moment share it. */
function time(): string {
  const now = Date.now();
  if (now !== stampedAt) {
    stampedAt = now;
    stamp = now.toString(36);
  }
  return stamp;
}

export const newId = (prefix: string): string => `${prefix}_${time()}${random()}`;
