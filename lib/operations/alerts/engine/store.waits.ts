/**
 * Stores which subjects reached their rule's threshold and wait to fire, and since when, so that a restart keeps the
 * waits.
 */
import { inList, query, type Row, type SqlBool, sql, transaction } from "@/lib/core/db";

/**
 * Returns the subjects that reached their rule's threshold, and since when. Moves each start forward by `away`, the
 * milliseconds in which no process evaluated rules, because that time must not count towards firing.
 */
export const waits = (away: number): Promise<Row<"alert_wait">[]> =>
  // Use one transaction: a read that is retried after a failure must not move the starts twice.
  transaction(async (trx) => {
    if (away > 0)
      await trx
        .updateTable("alert_wait")
        .set((eb) => ({ since: eb("since", "+", away) }))
        .execute();
    return trx.selectFrom("alert_wait").selectAll().limit(100_000).execute();
  });

/** Stores which subjects of a rule began to wait at `at`, and removes those that no longer wait. */
export async function keepWaits(ruleId: string, began: string[], ended: string[], at: number): Promise<void> {
  if (began.length === 0 && ended.length === 0) return;
  await transaction(async (trx) => {
    if (ended.length > 0)
      await trx.deleteFrom("alert_wait").where("rule_id", "=", ruleId).where("subject", "in", inList(ended)).execute();
    if (began.length === 0) return;
    await trx
      .insertInto("alert_wait")
      .columns(["rule_id", "subject", "since"])
      .expression((eb) =>
        eb
          .selectFrom(inList(began).$castTo<{ value: string }>().as("began"))
          .select(({ val, cast }) => [
            ...[val(ruleId).as("rule_id"), "began.value as subject" as const],
            cast<number>(val(at), "bigint").as("since"),
          ])
          // Without a condition SQLite would read ON CONFLICT as a join.
          .where(sql<SqlBool>`1 = 1`),
      )
      .onConflict((known) => known.doNothing())
      .execute();
  });
}

/** Forgets the waits of a rule that is no longer evaluated. */
export async function dropWaits(ruleId: string): Promise<void> {
  await query().deleteFrom("alert_wait").where("rule_id", "=", ruleId).execute();
}
