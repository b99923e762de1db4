/** Background work on many rows, a transaction at a time. */
import { db, type Sql, takeTurn } from "@/lib/core/db";

/**
 * The rows that one transaction handled, and for how long it held the database (ms). Waiting for other writers is left out:
 * chunks are sized by this time, and would otherwise shrink as the database gets busier, until removing rows falls behind
 * storing them.
 */
export type Chunk = { rows: number; ms: number };

/** The chunk of a check that found nothing to do. */
export const NOTHING: Chunk = { rows: 0, ms: 0 };

/**
 * Runs `work` in one transaction. It returns the number of rows that it handled, and calls `waitForTurn` before it writes to rows
 * that the flushes of new rows write to, too (`takeTurn`).
 */
export async function chunk(work: (tx: Sql, waitForTurn: () => Promise<void>) => Promise<number>): Promise<Chunk> {
  let began = 0;
  const rows = await db().write((tx) => {
    began = performance.now();
    return work(tx, async () => {
      const asked = performance.now();
      await takeTurn(tx);
      began += performance.now() - asked;
    });
  });
  return { rows, ms: performance.now() - began };
}
