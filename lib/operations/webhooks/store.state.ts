/** Leases and failures of webhooks, and whether they are disabled. These are no edits, so the versions stay. */
import { query, skipLocked, transaction } from "@/lib/core/db";
import { hasActiveOwner, type WebhookColumns, type WebhookRow } from "./store.rows";

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

export const createStateStore = () => ({
  ...{ lease, mark, disable },

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
