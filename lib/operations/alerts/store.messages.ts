/**
 * Writes changes of alerts together with the messages to channels in one transaction. If the process dies after the
 * commit, the messages are queued; if it dies before, nothing has changed.
 */

import { insertRows, keepRows, type Queries, transaction } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import { newId } from "@/lib/core/ids";
import { addFacts, wantsFact } from "@/lib/core/outbox";
import { MEMBERS_MAX, RANK, type Severity } from "./contract";
import { announcementOf, type Event } from "./engine/announce";
import type { RuleInput } from "./rules/contract";
import { type AlertRow, type Announced, type Change, note, toAlert } from "./store.rows";

/** More subjects may join the alert in a moment; the delay puts them into one message. */
const GROUP_DELAY_MS = 5_000;

/**
 * Runs a transaction that changes alerts. @returns the changes that `work` made; each must then be published
 * (publish.ts)
 */
export function changing(at: number, work: (trx: Queries) => Promise<(Change | undefined)[]>): Promise<Announced[]> {
  return transaction(async (trx) => {
    const changes = (await work(trx)).filter((change) => change !== undefined);
    const announced: Announced[] = [];
    for (const change of changes) announced.push(await announce(trx, change, at));
    return announced;
  });
}

/** Decides whether a change is announced, records that on the alert, and queues the channels' messages. */
async function announce(trx: Queries, change: Change, at: number): Promise<Announced> {
  const { alert } = change;
  const { event, announced, announce_at } = announcementOf(change, at);
  if (announced !== alert.announced || announce_at !== alert.announce_at)
    await trx.updateTable("alert").set({ announced, announce_at }).where("id", "=", alert.id).execute();
  if (event === "flapping") await note(trx, alert.id, "flapping", at);
  if (event) await queueMessages(trx, alert, event, at);
  if (change.kind === "raised" || change.kind === "resolved") await noteAlert(trx, alert, change.kind, at);
  return { ...change, event };
}

/** Puts the beginning or the end of an alert into the outbox, with the bots that it is about. */
async function noteAlert(trx: Queries, alert: AlertRow, change: "raised" | "resolved", at: number): Promise<void> {
  const kind = change === "raised" ? "alert.opened" : "alert.resolved";
  if (!wantsFact(kind)) return;
  const members = await trx
    .selectFrom("alert_member")
    .select("bot_id")
    .distinct()
    .where("alert_id", "=", alert.id)
    .where("bot_id", "is not", null)
    .limit(MEMBERS_MAX)
    .$narrowType<{ bot_id: string }>()
    .execute();
  const bot_ids = members.map(({ bot_id }) => bot_id);
  const fact = { kind, bot_id: null, bot_ids, team_id: alert.team_id, subject: alert.id, at } as const;
  await addFacts(trx, [{ ...fact, data: { ...toAlert(alert), bot_ids } }]);
}

async function queueMessages(trx: Queries, alert: AlertRow, event: Event, at: number): Promise<void> {
  const channels = await channelsOf(trx, alert.team_id);
  const notified = event === "resolved" ? await recall(trx, alert.id, at) : undefined;
  const rule = notified || alert.rule_id === null ? undefined : await ruleOf(trx, alert.rule_id);
  const named = rule?.channels ?? [];
  const later = rule?.escalation_channels ?? [];
  const hears = ({ id, min_severity }: Hearing): boolean => {
    if (notified) return notified.has(id);
    if (RANK[alert.severity] < RANK[min_severity]) return false;
    if (later.includes(id)) return event === "escalated" || named.includes(id);
    return named.length === 0 || named.includes(id);
  };
  const due = at + (event === "raised" && alert.rule_id ? GROUP_DELAY_MS : 0);
  const message = { alert_id: alert.id, payload: JSON.stringify({ event }), created_at: at, due_at: due };
  const messages = channels.filter(hears).map(({ id }) => ({ id: newId("msg"), channel_id: id, ...message }));
  await insertRows(trx, "alert_delivery", messages);
}

type Hearing = { id: string; min_severity: Severity };

/**
 * Locks and returns the switched-on channels for alerts of this owner (null: the staff's), so that none is deleted
 * before the commit.
 */
function channelsOf(trx: Queries, teamId: number | null): Promise<Hearing[]> {
  const channels = trx
    .selectFrom("alert_channel")
    .select(["id", "min_severity"])
    .where("enabled", "=", 1)
    .where((eb) => eb.or([eb("kind", "<>", "email"), eb("confirmed_at", "is not", null)]))
    .where("global", "=", teamId === null ? 1 : 0)
    .$if(teamId !== null, (own) => own.where("owner_id", "=", teamId))
    .limit(500);
  return keepRows(channels).$castTo<Hearing>().execute();
}

async function ruleOf(trx: Queries, id: string): Promise<RuleInput | undefined> {
  const row = await trx.selectFrom("alert_rule").select("definition").where("id", "=", id).executeTakeFirst();
  return row && (readJson(row.definition) as RuleInput);
}

/**
 * Deletes messages that have not been tried yet. @returns the channels that were notified of the alert, or may have
 * been
 */
async function recall(trx: Queries, alertId: string, at: number): Promise<Set<string>> {
  await trx
    .updateTable("alert_delivery")
    .set({ status: "dropped", error: "it was over before it was sent", finished_at: at })
    .where("alert_id", "=", alertId)
    .where("status", "=", "queued")
    .where("attempts", "=", 0)
    .execute();
  const rows = await trx
    .selectFrom("alert_delivery")
    .select("channel_id")
    .distinct()
    .where("alert_id", "=", alertId)
    .where("status", "<>", "dropped")
    .execute();
  return new Set(rows.map((row) => row.channel_id));
}
