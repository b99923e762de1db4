/** Tells people that a webhook was disabled, or works again. */
import type { NotificationsRoom } from "@/lib/community/notifications";
import { iso } from "@/lib/core/clock";
import { DISABLE_AFTER_DAYS } from "./contract.constants";
import type { WebhookRow } from "./store.rows";

type Deps = { notify: NotificationsRoom["notifications"]["notify"] };

export function createNotices({ notify }: Deps) {
  const about = (webhook: WebhookRow) => ({
    ...{ to: webhook.team_id === null ? ({ role: "admin" } as const) : { user_ids: [webhook.created_by] } },
    ...({ kind: "alert", url: "/dashboard/webhooks", group: `webhook:${webhook.id}` } as const),
  });
  return {
    disabled: (webhook: WebhookRow, error: string) =>
      notify({
        ...{ ...about(webhook), priority: "high" },
        title: `Webhook disabled: ${webhook.name}`,
        body: `Deliveries to ${webhook.hint} failed for ${DISABLE_AFTER_DAYS} days, or it answered 410. ${error}`,
      }),
    recovered: (webhook: WebhookRow) =>
      notify({
        ...{ ...about(webhook), priority: "normal" },
        title: `Webhook enabled again: ${webhook.name}`,
        body: `${webhook.hint} answers again. Replay from ${iso(webhook.failing_since ?? webhook.disabled_at ?? 0)} to deliver what it missed.`,
      }),
  };
}
