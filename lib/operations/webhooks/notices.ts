/** Notifies people that a webhook was disabled, or works again. */
import type { NotificationsRoom } from "@/lib/community/notifications";
import { iso } from "@/lib/core/clock";
import { DISABLE_AFTER_DAYS } from "./contract.constants";
import type { WebhookRow } from "./store.rows";

type Deps = {
  notify: NotificationsRoom["notifications"]["notify"];
  /** Returns the people who manage what a team owns. */
  maintainersOf(teamId: number): Promise<number[]>;
};

/** Builds the notices. Those of a webhook of the whole server go to all admins, others to the maintainers of its team. */
export function createNotices({ notify, maintainersOf }: Deps) {
  // The person who created the webhook may have left the team since.
  const about = async (webhook: WebhookRow) => ({
    to: webhook.team_id === null ? ({ role: "admin" } as const) : { user_ids: await maintainersOf(webhook.team_id) },
    ...({ kind: "alert", url: `/dashboard/webhooks/${webhook.id}`, group: `webhook:${webhook.id}` } as const),
  });
  return {
    disabled: async (webhook: WebhookRow, error: string) =>
      notify({
        ...{ ...(await about(webhook)), priority: "high" },
        title: `Webhook disabled: ${webhook.name}`,
        body: `Deliveries to ${webhook.hint} failed for ${DISABLE_AFTER_DAYS} days, or it answered 410. ${error}. It is enabled when it answers again.`,
      }),
    recovered: async (webhook: WebhookRow) =>
      notify({
        ...{ ...(await about(webhook)), priority: "normal" },
        title: `Webhook enabled again: ${webhook.name}`,
        body: `${webhook.hint} answers again. Replay from ${iso(webhook.failing_since ?? webhook.disabled_at ?? 0)} to deliver what it missed.`,
      }),
  };
}
