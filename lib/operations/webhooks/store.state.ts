/** Leases and failures of webhooks, and whether they are disabled. These are no edits, so the versions stay. */
import { inList, query, skipLocked, transaction } from "@/lib/core/db";
import { type HourRow, hasActiveOwner, type WebhookColumns, type WebhookRow } from "./store.rows";

/** Leases up to `limit` webhooks that have something to send: no other process sends to them before `until`. */
async function lease(limit: number, at: number, until: number): Promise<WebhookRow[]> {
  const due = (queries = query()) =>
    queries
      .selectFrom("webhook as w")
      .select("w.seq")
      .where("w.paused", "=", 0)
      .where("w.disabled_at", "is", null)
      .where(hasActiveOwner("w.team_id"))
      .where((eb) => eb.or([eb("w.held_until", "is", null), eb("w.held_until", "<=", at)]))
      .where((eb) => eb.or([eb("w.leased_until", "is", null), eb("w.leased_until", "<=", at)]))
      .where((eb) =>
        eb.exists(
          eb
            .selectFrom("webhook_delivery as d")
            .select("d.seq")
            .whereRef("d.webhook_id", "=", "w.id")
            .where("d.status", "=", "queued"),
        ),
      )
      .orderBy("w.held_until")
      .limit(limit);
  if ((await due().execute()).length === 0) return [];
  return transaction((trx) =>
    trx
      .updateTable("webhook")
      .set({ leased_until: until })
      .where("seq", "in", skipLocked(due(trx)))
      .returningAll()
      .execute(),
  );
}

/** Stores the state of a webhook. @returns the row as it is now; undefined when it is gone */
const mark = (id: string, columns: WebhookColumns): Promise<WebhookRow | undefined> =>
  query().updateTable("webhook").set(columns).where("id", "=", id).returningAll().executeTakeFirst();

/** Disables a webhook. @returns false when it is gone, or disabled already */
async function disable(id: string, columns: Pick<WebhookRow, "disabled_at" | "probe_at">): Promise<boolean> {
  const { numUpdatedRows } = await query()
    .updateTable("webhook")
    .set(columns)
    .where("id", "=", id)
    .where("disabled_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Adds requests to the figures of an hour. A webhook that was deleted meanwhile has none. */
const countRequests = (webhookId: string, { hour, sent, failed }: HourRow): Promise<void> =>
  transaction(async (trx) => {
    const webhook = await trx.selectFrom("webhook").select("seq").where("id", "=", webhookId).executeTakeFirst();
    if (!webhook) return;
    await trx
      .insertInto("webhook_hour")
      .values({ webhook_id: webhookId, hour, sent, failed })
      .onConflict((known) =>
        known.columns(["webhook_id", "hour"]).doUpdateSet((eb) => ({
          sent: eb("webhook_hour.sent", "+", eb.ref("excluded.sent")),
          failed: eb("webhook_hour.failed", "+", eb.ref("excluded.failed")),
        })),
      )
      .execute();
  });

/** Returns the figures of webhooks from an hour on, oldest first. */
async function hoursOf(ids: readonly string[], from: number): Promise<Map<string, HourRow[]>> {
  if (ids.length === 0) return new Map();
  const hours = await query()
    .selectFrom("webhook_hour")
    .selectAll()
    .where("webhook_id", "in", inList(ids))
    .where("hour", ">=", from)
    .orderBy("hour")
    .execute();
  return Map.groupBy(hours, ({ webhook_id }) => webhook_id);
}

export const createStateStore = () => ({
  ...{ lease, mark, disable, countRequests, hoursOf },

  /** Deletes the figures of the hours before one. */
  sweepHours: async (before: number): Promise<void> =>
    void (await query().deleteFrom("webhook_hour").where("hour", "<", before).execute()),

  /** Disabled webhooks whose next probe is due. */
  probed: (at: number, limit: number): Promise<WebhookRow[]> =>
    query()
      .selectFrom("webhook")
      .selectAll()
      .where("probe_at", "<=", at)
      .where(hasActiveOwner("webhook.team_id"))
      .orderBy("probe_at")
      .limit(limit)
      .execute(),
});
