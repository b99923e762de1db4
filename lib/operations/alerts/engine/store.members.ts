/** The subjects of a rule's alerts: each is in one alert of the rule at a time (alert_member.open_key). */
import { inList, lockRows, type Queries } from "@/lib/core/db";
import { cutText } from "@/lib/core/format/text";
import { RANK, type Severity } from "@/lib/operations/alerts/contract";
import { linkOf } from "@/lib/operations/alerts/rules/link";
import { messageOf } from "@/lib/operations/alerts/rules/sentences";
import type { StoredRule } from "@/lib/operations/alerts/rules/store";
import { type AlertRow, type Change, note, type Reading, updateAlert } from "@/lib/operations/alerts/store.rows";
import { CALM_MS } from "./announce";
import { escalation } from "./store.due";

/** A subject that fires again this soon after recovering reopens its old alert. */
const REOPEN_MS = CALM_MS;

export const memberKey = (ruleId: string, subject: string) => `${ruleId}:${subject}`;

/** Counts the alert's firing subjects and writes its message again. @returns the changed alert */
export async function recount(
  trx: Queries,
  alertId: string,
  rule: Pick<StoredRule, "metric" | "query" | "window_s">,
): Promise<AlertRow> {
  const members = await trx
    .selectFrom("alert_member")
    .select(["label", "value", "resolved_at"])
    .where("alert_id", "=", alertId)
    .orderBy("seq")
    .execute();
  const open = members.filter((member) => member.resolved_at === null);
  // When no subject fires any more, the message keeps naming those that fired.
  const named = open.length > 0 ? open : members;
  const message = cutText(messageOf(rule, named, named.length), 1000);
  const alert = await updateAlert(trx, alertId, { members: members.length, open_members: open.length, message });
  return alert!;
}

/**
 * Adds subjects to an alert. @returns the number added; a subject that another process added first is in that process's
 * alert
 */
export async function addMembers(
  trx: Queries,
  alertId: string,
  ruleId: string,
  readings: Reading[],
  at: number,
): Promise<number> {
  let added = 0;
  for (const { subject, label, bot_id, value } of readings) {
    const { numInsertedOrUpdatedRows = 0n } = await trx
      .insertInto("alert_member")
      .values({
        ...{ alert_id: alertId, subject, label: cutText(label, 200), bot_id },
        ...{ open_key: memberKey(ruleId, subject), value, since: at },
      })
      .onConflict((known) => known.doNothing())
      .executeTakeFirst();
    added += Number(numInsertedOrUpdatedRows);
  }
  return added;
}

type Recovered = { seq: number; alert_id: string; subject: string } & Pick<AlertRow, "state" | "severity">;

/**
 * Finds subjects of a rule that recovered a moment ago, newest first. Locks them and their alerts until the commit: a
 * concurrent writer is waited for, and its result is read again.
 */
const justRecovered = (trx: Queries, ruleId: string, subjects: string[], at: number): Promise<Recovered[]> =>
  lockRows(
    trx
      .selectFrom("alert_member as m")
      .innerJoin("alert as a", "a.id", "m.alert_id")
      .select(["m.seq", "m.alert_id", "m.subject", "a.state", "a.severity"])
      .where("a.rule_id", "=", ruleId)
      .where("m.open_key", "is", null)
      .where("m.resolved_at", ">=", at - REOPEN_MS)
      .where((eb) =>
        eb.or([
          eb("a.state", "<>", "resolved"),
          eb.and([eb("a.settled_by", "is", null), eb("a.resolved_at", ">=", at - REOPEN_MS)]),
        ]),
      )
      .where("m.subject", "in", inList(subjects))
      .orderBy("m.seq", "desc"),
  )
    .$castTo<Recovered>()
    .execute();

/** @returns false when the subject is already firing again */
async function reopenMember(trx: Queries, seq: number, ruleId: string, { subject, value }: Reading): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable("alert_member")
    .set((eb) => ({ open_key: memberKey(ruleId, subject), resolved_at: null, count: eb("count", "+", 1), value }))
    .where("seq", "=", seq)
    .where("open_key", "is", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** @param before the severity at which the alert was resolved; undefined for an open alert */
async function reopenAlert(
  trx: Queries,
  id: string,
  rule: StoredRule,
  labels: string[],
  before: Severity | undefined,
  at: number,
): Promise<Change> {
  await updateAlert(trx, id, (eb) => ({
    ...{ count: eb("count", "+", 1), flaps: eb("flaps", "+", 1), last_at: at, resolved_at: null },
    link: linkOf(rule, at),
    ...(before !== undefined && { escalate_at: escalation(rule, at), severity: rule.severity, state: "firing" }),
  }));
  await note(trx, id, "reopened", at, labels.join(", "));
  const alert = await recount(trx, id, rule);
  const isWorse = before !== undefined && RANK[alert.severity] > RANK[before];
  if (isWorse) await note(trx, id, "escalated", at, `${before} → ${alert.severity}: the rule's severity`);
  return { alert, kind: isWorse ? "escalated" : "reopened" };
}

/**
 * Reopens the alerts of subjects in `readings` that recovered a moment ago. @returns the other readings, and the
 * changes
 */
export async function reopen(
  trx: Queries,
  rule: StoredRule,
  readings: Reading[],
  at: number,
): Promise<{ fresh: Reading[]; changes: Change[] }> {
  const fresh = new Map(readings.map((reading) => [reading.subject, reading]));
  const reopened = new Map<string, string[]>();
  const before = new Map<string, Severity>();
  for (const { seq, alert_id, subject, state, severity } of await justRecovered(
    trx,
    rule.rule_id,
    [...fresh.keys()],
    at,
  )) {
    if (state === "resolved") before.set(alert_id, severity);
    const reading = fresh.get(subject);
    if (!reading) continue;
    fresh.delete(subject);
    if (await reopenMember(trx, seq, rule.rule_id, reading))
      reopened.set(alert_id, [...(reopened.get(alert_id) ?? []), reading.label]);
  }
  const changes: Change[] = [];
  for (const [id, labels] of reopened) changes.push(await reopenAlert(trx, id, rule, labels, before.get(id), at));
  return { fresh: [...fresh.values()], changes };
}
