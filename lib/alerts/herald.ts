/** Tells of a change: facts for everybody who listens, and the inbox. Channels' messages are queued with it (store.messages.ts). */
import type { Emit } from "@/lib/bus";
import type { notifications } from "@/lib/notifications";
import { headline } from "./formats";
import { type Announced, toAlert } from "./store.rows";
import type { StoredRule } from "./store.rules";
import { sentenceOf } from "./words";

type Deps = {
  notify: (typeof notifications)["notify"];
  emit: Emit;
  /** The channels' sender looks at its queue. */
  wake(): void;
};

const PRIORITY = { low: "low", medium: "normal", high: "high", critical: "high" } as const;

export function createHerald({ notify, emit, wake }: Deps) {
  /** Whoever committed the change calls it, once. `rule`: the alert's, while there is one. */
  return async function told(change: Announced, rule: StoredRule | undefined): Promise<void> {
    const { alert: row, kind, event } = change;
    const alert = toAlert(row);
    if (kind === "raised") emit("alert.raised", { alert });
    else emit("alert.changed", { alert, change: kind });

    if (event) wake();
    const byHand = kind === "resolved" && alert.handled_by !== null;
    if ((event && !byHand) || kind === "joined")
      await notify({
        to: row.owner_id === null ? { role: "admin" } : { user_ids: [row.owner_id] },
        kind: "alert",
        title: headline({ event: event ?? "raised", alert }),
        body: rule ? sentenceOf(rule) : `From ${alert.source_name}.`,
        url: `/dashboard/alerts?alert=${encodeURIComponent(alert.alert_id)}`,
        priority: kind === "resolved" ? "low" : PRIORITY[alert.severity],
        group: `alert:${alert.alert_id}`,
      });
  };
}

export type Herald = ReturnType<typeof createHerald>;
