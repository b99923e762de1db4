/** Requests to incoming webhooks: their number in a minute, which of them repeat another, and what became of each. */
import { query, sql, transaction } from "@/lib/core/db";
import type { DeliveryRow, HookRow, Outcome } from "./store.rows";

type Claim = { id: string; hook_id: string; repeat_key: string | null; at: number; bytes: number };
type Times = {
  /** The oldest request that another one repeats. */
  from: number;
  /** Claims from before this time count as lost. */
  lost: number;
};
type Settled = Pick<DeliveryRow, "outcome" | "reason" | "command_id">;

/** Counts a request in its minute. @returns how many there were in it, with this one */
async function countRequest(id: string, minute: number): Promise<number> {
  const row = await query()
    .updateTable("incoming_webhook")
    .set((eb) => ({
      requests: eb
        .case()
        .when("minute", "=", minute)
        .then(eb("requests", "+", 1))
        .else(1)
        .end(),
      minute,
    }))
    .where("id", "=", id)
    .returning("requests")
    .executeTakeFirst();
  return row?.requests ?? 0;
}

/**
 * Stores a request before it is worked on, so that a repetition finds it.
 *
 * @returns "claimed", or the delivery that has the key already
 */
const claim = (claimed: Claim, { from, lost }: Times): Promise<"claimed" | DeliveryRow> =>
  transaction(async (trx) => {
    const { hook_id, repeat_key } = claimed;
    if (repeat_key !== null)
      await trx
        .updateTable("incoming_delivery")
        .set({ repeat_key: null })
        .where("hook_id", "=", hook_id)
        .where("repeat_key", "=", repeat_key)
        .where((eb) => eb.or([eb("at", "<", from), eb.and([eb("outcome", "=", "working"), eb("at", "<", lost)])]))
        .execute();
    const added = await trx
      .insertInto("incoming_delivery")
      .values({ ...claimed, outcome: "working" })
      .onConflict((known) => known.columns(["hook_id", "repeat_key"]).doNothing())
      .returning("seq")
      .executeTakeFirst();
    if (added) return "claimed";
    const earlier = await trx
      .selectFrom("incoming_delivery")
      .selectAll()
      .where("hook_id", "=", hook_id)
      .where("repeat_key", "=", repeat_key)
      .executeTakeFirstOrThrow();
    return earlier as DeliveryRow;
  });

/** Stores what became of a request. One that made nothing gives its key back, so that the sender can try again. */
const settle = (id: string, hookId: string, settled: Settled, at: number): Promise<void> =>
  transaction(async (trx) => {
    const isMade = settled.outcome === "done" || settled.outcome === "skipped";
    await trx
      .updateTable("incoming_delivery")
      .set({ ...settled, ...(!isMade && { repeat_key: null }) })
      .where("id", "=", id)
      .execute();
    await trx
      .updateTable("incoming_webhook")
      .set({ last_at: at, last_outcome: settled.outcome, last_error: isMade ? null : settled.reason })
      .where("id", "=", hookId)
      .execute();
  });

/** Stores a request that was not accepted. */
const noteRefusal = (
  hook: Pick<HookRow, "id">,
  { id, at, reason, bytes }: { id: string; at: number; reason: string; bytes: number },
): Promise<void> =>
  transaction(async (trx) => {
    const outcome: Outcome = "refused";
    await trx.insertInto("incoming_delivery").values({ id, hook_id: hook.id, at, outcome, reason, bytes }).execute();
    await trx
      .updateTable("incoming_webhook")
      .set({ last_at: at, last_outcome: outcome, last_error: reason })
      .where("id", "=", hook.id)
      .execute();
  });

export const createDeliveryStore = () => ({
  ...{ countRequest, claim, settle, noteRefusal },

  /** Reads the newest requests of a webhook. */
  newest: async (hookId: string, limit: number): Promise<DeliveryRow[]> =>
    (await query()
      .selectFrom("incoming_delivery")
      .selectAll()
      .where("hook_id", "=", hookId)
      .orderBy("seq", "desc")
      .limit(limit)
      .execute()) as DeliveryRow[],

  /** Deletes requests before a time, except the newest `keep` of each webhook. @returns how many, at most `limit` */
  async sweepDeliveries(before: number, keep: number, limit: number): Promise<number> {
    const ranked = sql<{ seq: number }>`select seq from (
      select seq, at, row_number() over (partition by hook_id order by seq desc) as place from incoming_delivery
    ) as ranked where place > ${keep} and at < ${before} limit ${limit}`;
    const { numDeletedRows } = await query()
      .deleteFrom("incoming_delivery")
      .where(sql<boolean>`seq in (${ranked})`)
      .executeTakeFirst();
    return Number(numDeletedRows);
  },
});
