/** Webhooks as people set them up. The queue of deliveries is in store.queue.ts. */
import { query, transaction } from "@/lib/core/db";
import type { Interest } from "@/lib/core/outbox";
import { hasPlace, ownedRows } from "@/lib/identity/teams";
import { createQueueStore } from "./store.queue";
import { kindsOf, type WebhookRow } from "./store.rows";
import { createStateStore } from "./store.state";

type NewWebhook = Pick<
  WebhookRow,
  "id" | "team_id" | "name" | "kinds" | "bots" | "tag" | "hint" | "address" | "secret" | "created_by" | "created_at"
>;

const owned = ownedRows("webhook");

/** Adds a webhook. @returns undefined when the team, or the server, has `max` already @throws NOT_FOUND the team is gone */
const add = (webhook: NewWebhook, max: number): Promise<WebhookRow | undefined> =>
  transaction(async (trx) => {
    if (!(await hasPlace(trx, "webhook", { teamId: webhook.team_id, max }))) return undefined;
    return trx.insertInto("webhook").values(webhook).returningAll().executeTakeFirstOrThrow();
  });

export const createWebhookStore = () => ({
  ...createQueueStore(),
  ...createStateStore(),
  ...{ add, get: owned.get, put: owned.put, page: owned.page, remove: owned.remove, count: owned.count },
  removeOrphans: owned.removeOrphans,

  createdBy: (userId: number, limit: number) => owned.createdBy(userId, limit).select(["c.name", "c.hint"]).execute(),

  /** Reads what all webhooks want. Disabled ones count, so that a replay finds what they missed. */
  async interests(): Promise<Interest[]> {
    const wanted = await query().selectFrom("webhook").select(["kinds", "team_id"]).distinct().execute();
    return wanted.flatMap(({ team_id, kinds }) => kindsOf({ kinds }).map((kind) => ({ kind, team_id })));
  },
});

export type WebhookStore = ReturnType<typeof createWebhookStore>;
