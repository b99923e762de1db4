/**
 * Publishes a change as facts on the bus and in the inbox. Messages to channels are queued with the change itself
 * (store.messages.ts).
 */

import type { NotificationsRoom } from "@/lib/community/notifications";
import type { Emit } from "@/lib/core/bus";
import { headline } from "@/lib/operations/alerts/channels/formats";
import { sentenceOf } from "@/lib/operations/alerts/rules/sentences";
import type { StoredRule } from "@/lib/operations/alerts/rules/store";
import { type Announced, toAlert } from "@/lib/operations/alerts/store.rows";

type Deps = {
  notify: NotificationsRoom["notifications"]["notify"];
  emit: Emit;
  /** Returns the people who are notified of a team's alerts. */
  operatorsOf(teamId: number): Promise<number[]>;
  /** Makes the sender check its queue. */
  wake(): void;
};

const PRIORITY = { low: "low", medium: "normal", high: "high", critical: "high" } as const;

export function createPublisher({ notify, emit, operatorsOf, wake }: Deps) {
  /** Call it once per change, after its commit. `rule` is the alert's rule, unless that was deleted. */
  return async function publish(change: Announced, rule: StoredRule | undefined): Promise<void> {
    const { alert: row, kind, event } = change;
    const alert = toAlert(row);
    if (kind === "raised") emit("alert.raised", { alert });
    else emit("alert.changed", { alert, change: kind });

    if (event) wake();
    const byHand = kind === "resolved" && alert.handled_by !== null;
    if ((event && !byHand) || kind === "joined")
      await notify({
        to: row.team_id === null ? { role: "admin" } : { user_ids: await operatorsOf(row.team_id) },
        kind: "alert",
        title: headline({ event: event ?? "raised", alert }),
        body: rule ? sentenceOf(rule) : `From ${alert.source_name}.`,
        url: `/dashboard/alerts?alert=${encodeURIComponent(alert.alert_id)}`,
        priority: kind === "resolved" ? "low" : PRIORITY[alert.severity],
        group: `alert:${alert.alert_id}`,
      });
  };
}

export type Publish = ReturnType<typeof createPublisher>;
