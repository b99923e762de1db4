/** Who is told of a change: facts for everybody who listens, the inbox, and the channels' queue. */
import type { Emit } from "@/lib/bus";
import type { notifications } from "@/lib/notifications";
import { RANK } from "./contract";
import { type Event, headline } from "./formats";

import type { ChannelStore } from "./store.channels";
import { type Change, toAlert } from "./store.rows";
import type { StoredRule } from "./store.rules";
import { sentenceOf } from "./words";

type Deps = {
  channels: Pick<ChannelStore, "ofAlerts" | "queue" | "recall">;
  notify: (typeof notifications)["notify"];
  emit: Emit;
  now(): number;
  newId(prefix: string): string;
  wake(): void;
};

/** More may join in a moment: one message about all. */
const GROUP_DELAY_MS = 5_000;
/** What comes and goes more often is told no more until it has been calm. */
const FLAPS_MAX = 3;
const PRIORITY = { low: "low", medium: "normal", high: "high", critical: "high" } as const;
const EVENTS: Partial<Record<Change["kind"], Event>> = {
  raised: "raised",
  reopened: "again",
  woke: "again",
  escalated: "escalated",
  resolved: "resolved",
};

export function createHerald({ channels, notify, emit, now, newId, wake }: Deps) {
  /** Never told twice: whoever committed the change calls it. `rule`: the alert's, while there is one. */
  return async function told({ alert: row, kind }: Change, rule: StoredRule | undefined): Promise<void> {
    const alert = toAlert(row);
    if (kind === "raised") emit("alert.raised", { alert });
    else emit("alert.changed", { alert, change: kind });

    const flapping = row.rule_id !== null && row.count > FLAPS_MAX;
    const event = EVENTS[kind];
    const byHand = kind === "resolved" && alert.handled_by !== null;
    if ((event && !byHand && !flapping) || kind === "joined")
      await notify({
        to: row.owner_id === null ? { role: "admin" } : { user_ids: [row.owner_id] },
        kind: "alert",
        title: headline({ event: event ?? "raised", alert }),
        body: rule ? sentenceOf(rule) : `From ${alert.source_name}.`,
        url: `/dashboard/alerts?alert=${encodeURIComponent(alert.alert_id)}`,
        priority: kind === "resolved" ? "low" : PRIORITY[alert.severity],
        group: `alert:${alert.alert_id}`,
      });
    if (!event || flapping) return;

    const told = event === "resolved" ? await channels.recall(row.id, now()) : undefined;
    const named = new Set([
      ...(rule?.channels ?? []),
      ...(event === "escalated" ? (rule?.escalation_channels ?? []) : []),
    ]);
    const later = event === "escalated" ? [] : (rule?.escalation_channels ?? []);
    const hear = (await channels.ofAlerts(row.owner_id)).filter(({ id, min_severity }) =>
      told
        ? told.has(id)
        : RANK[alert.severity] >= RANK[min_severity] &&
          (rule && rule.channels.length > 0 ? named.has(id) : !later.includes(id)),
    );
    const due_at = now() + (event === "raised" && row.rule_id ? GROUP_DELAY_MS : 0);
    await channels.queue(
      hear.map(({ id }) => ({
        ...{ id: newId("msg"), channel_id: id, alert_id: row.id, payload: JSON.stringify({ event }), due_at },
      })),
      now(),
    );
    if (hear.length > 0) wake();
  };
}

export type Herald = ReturnType<typeof createHerald>;
