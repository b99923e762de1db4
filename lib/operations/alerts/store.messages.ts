/**
 * Changes of alerts, and the messages that tell channels of them: written in one transaction. A process that dies after it
 * has queued them, one that dies before it has changed nothing.
 */

import { db, type Sql } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import { newId } from "@/lib/core/ids";
import { RANK, type Severity } from "./contract";
import { announcementOf, type Event } from "./engine/announce";
import type { RuleInput } from "./rules/contract";
import type { AlertRow, Announced, Change } from "./store.rows";
import { note } from "./store.rows";

/** More may join in a moment: one message about all. */
const GROUP_DELAY_MS = 5_000;

/** One transaction that changes alerts. @returns what `work` changed: each must then be published (publish.ts) */
export function changing(at: number, work: (tx: Sql) => Promise<(Change | undefined)[]>): Promise<Announced[]> {
  return db().write(async (tx) => {
    const changes = (await work(tx)).filter((change) => change !== undefined);
    const announced: Announced[] = [];
    for (const change of changes) announced.push(await announce(tx, change, at));
    return announced;
  });
}

/** Decides whether a change is announced, records that on the alert, and queues the channels' messages. */
async function announce(tx: Sql, change: Change, at: number): Promise<Announced> {
  const { alert } = change;
  const { event, ...next } = announcementOf(change, at);
  if (next.announced !== alert.announced || next.announce_at !== alert.announce_at)
    await tx.run("UPDATE alert SET announced = $2, announce_at = $3 WHERE id = $1", [
      ...[alert.id, next.announced, next.announce_at],
    ]);
  if (event === "flapping") await note(tx, alert.id, "flapping", at);
  if (event) await queueMessages(tx, alert, event, at);
  return { ...change, event };
}

async function queueMessages(tx: Sql, alert: AlertRow, event: Event, at: number): Promise<void> {
  const channels = await channelsOf(tx, alert.owner_id);
  const notified = event === "resolved" ? await recall(tx, alert.id, at) : undefined;
  const rule = notified ? undefined : await ruleOf(tx, alert.rule_id);
  const named = rule?.channels ?? [];
  const later = rule?.escalation_channels ?? [];
  const hears = ({ id, min_severity }: Hearing): boolean => {
    if (notified) return notified.has(id);
    if (RANK[alert.severity] < RANK[min_severity]) return false;
    if (later.includes(id)) return event === "escalated" || named.includes(id);
    return named.length === 0 || named.includes(id);
  };
  const due = at + (event === "raised" && alert.rule_id ? GROUP_DELAY_MS : 0);
  for (const { id } of channels.filter(hears))
    await tx.run(
      "INSERT INTO alert_delivery (id, channel_id, alert_id, payload, created_at, due_at) VALUES ($1, $2, $3, $4, $5, $6)",
      [newId("msg"), id, alert.id, JSON.stringify({ event }), at, due],
    );
}

type Hearing = { id: string; min_severity: Severity };

/** The switched-on channels for alerts of this owner (null: the staff's). Nobody removes them before the commit. */
function channelsOf(tx: Sql, ownerId: number | null): Promise<Hearing[]> {
  const whose = ownerId === null ? "global = 1" : "global = 0 AND owner_id = $1";
  return tx.all<Hearing>(
    `SELECT id, min_severity FROM alert_channel WHERE enabled = 1 AND (kind <> 'email' OR confirmed_at IS NOT NULL) AND ${whose}
     LIMIT 500
     ${tx.provider === "postgresql" ? "FOR KEY SHARE" : ""}`,
    ownerId === null ? [] : [ownerId],
  );
}

async function ruleOf(tx: Sql, id: string | null): Promise<RuleInput | undefined> {
  if (id === null) return undefined;
  const [row] = await tx.all<{ definition: string }>("SELECT definition FROM alert_rule WHERE id = $1", [id]);
  return row && (readJson(row.definition) as RuleInput);
}

/** Takes back what has not been tried. @returns the channels that were notified of the alert, or may have been */
async function recall(tx: Sql, alertId: string, at: number): Promise<Set<string>> {
  await tx.run(
    `UPDATE alert_delivery SET status = 'dropped', error = 'it was over before it was sent', finished_at = $2
     WHERE alert_id = $1 AND status = 'queued' AND attempts = 0`,
    [alertId, at],
  );
  const rows = await tx.all<{ channel_id: string }>(
    "SELECT DISTINCT channel_id FROM alert_delivery WHERE alert_id = $1 AND status <> 'dropped'",
    [alertId],
  );
  return new Set(rows.map((row) => row.channel_id));
}
