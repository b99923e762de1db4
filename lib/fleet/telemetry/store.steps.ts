/**
 * Rows before which the server's clock was set back. Times of receipt grow with seq from each such row to the next one, so a
 * search for a time looks at each of these stretches by itself.
 */

import { STEP_MS } from "@/lib/core/clock";
import { queriesIn, query, type Sql } from "@/lib/core/db";
import type { Table } from "./store.types";

/** The time of the newest row that this process has stored; undefined when it has to be read. */
const newest: Record<Table, number | undefined> = { log: undefined, message: undefined };

async function readNewest(tx: Sql, table: Table): Promise<number> {
  const rows = queriesIn(tx)
    .selectFrom(table as "log")
    .select("at")
    .orderBy("seq", "desc")
    .limit(1);
  return (await rows.executeTakeFirst())?.at ?? Number.NEGATIVE_INFINITY;
}

/**
 * Notes a step between the newest row and the new ones, which are not stored yet.
 *
 * @param rows the time of each group of new rows, and its first seq, in the order of seq
 */
export async function noteSteps(tx: Sql, table: Table, rows: readonly { at: number; seq: number }[]): Promise<void> {
  for (const { at, seq } of rows) {
    const last = newest[table] ?? (await readNewest(tx, table));
    newest[table] = at;
    if (last - at <= STEP_MS) continue;
    await queriesIn(tx)
      .insertInto("clock_step")
      .values({ table_name: table, seq })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    // Read it again: if this transaction fails, the next one has to note the step.
    newest[table] = undefined;
  }
}

/** Lists the first rows after steps, oldest first. */
export async function readSteps(table: Table): Promise<number[]> {
  const rows = query().selectFrom("clock_step").select("seq").where("table_name", "=", table).orderBy("seq");
  return (await rows.execute()).map(({ seq }) => seq);
}
