/**
 * The sender's queue. A lease moves `due_at` into the future, so the messages of a process that died become due again
 * without further work.
 */
import type { ExpressionBuilder } from "kysely";
import type { Tables } from "@/generated/tables";
import { query, skipLocked, transaction } from "@/lib/core/db";
import type { Job, Outcome } from "./store.rows";
import { mark } from "./store.state";

/** Matches messages that may be sent at `at`. Messages of a paused channel wait. */
const isDue = (at: number) => (eb: ExpressionBuilder<Tables, "alert_delivery">) =>
  eb.and([
    eb("status", "=", "queued"),
    eb("due_at", "<=", at),
    eb("channel_id", "not in", eb.selectFrom("alert_channel").select("id").where("paused_until", ">", at)),
  ]);

/** Leases up to `limit` due messages: no other process gets them before `until`. */
async function lease(limit: number, at: number, until: number): Promise<Job[]> {
  const due = await query().selectFrom("alert_delivery").select("id").where(isDue(at)).limit(1).execute();
  if (due.length === 0) return [];
  return transaction((trx) => {
    const next = trx.selectFrom("alert_delivery").select("seq").where(isDue(at));
    return trx
      .updateTable("alert_delivery")
      .set((eb) => ({ attempts: eb("attempts", "+", 1), due_at: until }))
      .where("seq", "in", skipLocked(next.orderBy("due_at").orderBy("seq").limit(limit)))
      .returning(["id", "channel_id", "alert_id", "payload", "attempts", "created_at"])
      .execute();
  });
}

/** Matches the message only if no other process has leased it since. */
const leased = ({ id, attempts }: Job) =>
  query()
    .updateTable("alert_delivery")
    .where("id", "=", id)
    .where("attempts", "=", attempts)
    .where("status", "=", "queued");

/** Records the outcome of a leased message; does nothing if another process has leased it since. */
async function settle(job: Job, { status, error, due_at }: Outcome, at: number): Promise<void> {
  const outcome = { status, error, due_at, finished_at: status === "queued" ? null : at };
  const { numUpdatedRows } = await leased(job).set(outcome).executeTakeFirst();
  if (numUpdatedRows > 0n) await mark(job.channel_id, { status, error }, at);
}

/** Gives back a leased message that was not sent; its lease does not count as an attempt. */
async function release(job: Job, dueAt: number): Promise<void> {
  await leased(job)
    .set((eb) => ({ attempts: eb("attempts", "-", 1), due_at: dueAt }))
    .execute();
}

/** Deletes messages that were finished long ago. */
async function sweep(before: number): Promise<void> {
  await query().deleteFrom("alert_delivery").where("finished_at", "<", before).execute();
}

export const createQueueStore = () => ({ lease, settle, release, sweep });
