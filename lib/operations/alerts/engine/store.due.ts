/** Changes that fall due by the clock or because a rule changed: ended snoozes, escalations, and states that have held. */
import { type Queries, query } from "@/lib/core/db";
import { RANK, type Severity } from "@/lib/operations/alerts/contract";
import type { StoredRule } from "@/lib/operations/alerts/rules/store";
import { changing } from "@/lib/operations/alerts/store.messages";
import {
  type AlertRow,
  type Announced,
  alertOf,
  type Change,
  note,
  updateAlert,
} from "@/lib/operations/alerts/store.rows";
import { needsAnnouncement } from "./announce";

const HIGHER: Record<Severity, Severity> = { low: "medium", medium: "high", high: "critical", critical: "critical" };
export const escalation = (rule: Pick<StoredRule, "escalate_after_m">, at: number): number | null =>
  rule.escalate_after_m === undefined ? null : at + rule.escalate_after_m * 60_000;

/**
 * Ends the flapping of an alert whose state has held; further changes are announced again. @returns a change if the
 * state differs from the one announced last
 */
async function calm(trx: Queries, id: string, at: number): Promise<Change | undefined> {
  const change = { flaps: 0, announce_at: null };
  const alert = await updateAlert(trx, id, change, (eb) => eb("announce_at", "<=", at));
  if (!alert || !needsAnnouncement(alert)) return undefined;
  await note(trx, id, "calmed", at, alert.state);
  return { alert, kind: "calmed" };
}

/**
 * Ends a snooze that is over. The statement checks the state again, because a person may acknowledge at the same
 * moment.
 */
async function wake(trx: Queries, id: string, rule: StoredRule | undefined, at: number): Promise<Change | undefined> {
  const alert = await updateAlert(
    trx,
    id,
    { state: "firing", snoozed_until: null, escalate_at: rule ? escalation(rule, at) : null },
    (eb) => eb.and([eb("state", "=", "snoozed"), eb("snoozed_until", "<=", at)]),
  );
  if (!alert) return undefined;
  await note(trx, id, "woke", at);
  return { alert, kind: "woke" };
}

/**
 * Raises the severity of an alert that nobody acknowledged in time. Like `wake`, the statement checks the state again.
 */
async function escalate(
  trx: Queries,
  before: Pick<AlertRow, "id" | "severity">,
  rule: StoredRule | undefined,
  at: number,
): Promise<Change | undefined> {
  const severity = HIGHER[before.severity];
  const next = rule && severity !== "critical" ? escalation(rule, at) : null;
  const alert = await updateAlert(
    trx,
    before.id,
    (eb) => ({ severity, escalated: eb("escalated", "+", 1), escalate_at: next }),
    (eb) => eb.and([eb("state", "=", "firing"), eb("escalate_at", "<=", at), eb("severity", "=", before.severity)]),
  );
  if (!alert) return undefined;
  await note(trx, before.id, "escalated", at, `${before.severity} → ${severity}: nobody acknowledged it`);
  return { alert, kind: "escalated" };
}

/**
 * Finds and applies ended snoozes, escalations of alerts that nobody acknowledged, and states that have held after
 * flapping.
 */
export async function due(at: number, rules: Map<string, StoredRule>): Promise<Announced[]> {
  const rows = await query()
    .selectFrom("alert")
    .select("id")
    .where((eb) =>
      eb.or([
        eb.and([eb("state", "=", "snoozed"), eb("snoozed_until", "<=", at)]),
        eb.and([eb("state", "=", "firing"), eb("escalate_at", "<=", at)]),
        eb("announce_at", "<=", at),
      ]),
    )
    .orderBy("seq")
    .limit(200)
    .execute();
  if (rows.length === 0) return [];
  return changing(at, async (trx) => {
    const changes: (Change | undefined)[] = [];
    for (const { id } of rows) {
      changes.push(await calm(trx, id, at));
      const alert = await alertOf(trx, id);
      const rule = alert?.rule_id ? rules.get(alert.rule_id) : undefined;
      if (alert) changes.push((await wake(trx, id, rule, at)) ?? (await escalate(trx, alert, rule, at)));
    }
    return changes;
  });
}

/** Gives an alert its rule's severity, unless it was resolved or changed meanwhile. */
async function raiseTo(
  trx: Queries,
  { id, severity }: Pick<AlertRow, "id" | "severity">,
  rule: StoredRule,
  at: number,
): Promise<Change | undefined> {
  const next = rule.severity === "critical" ? null : escalation(rule, at);
  const alert = await updateAlert(
    trx,
    id,
    (eb) => ({
      ...{ severity: rule.severity, escalated: eb("escalated", "+", 1) },
      escalate_at: eb.case().when("state", "=", "snoozed").then(eb.ref("escalate_at")).else(next).end(),
      state: eb.case().when("state", "=", "acknowledged").then("firing").else(eb.ref("state")).end(),
    }),
    (eb) => eb.and([eb("state", "<>", "resolved"), eb("severity", "=", severity)]),
  );
  if (!alert) return undefined;
  const kind = alert.state === "snoozed" ? "repeated" : "escalated";
  await note(trx, id, kind, at, `${severity} → ${rule.severity}: the rule's severity`);
  return { alert, kind };
}

/** Raises firing alerts to the severity of their rule, where the rule's severity was raised since. */
export async function follow(at: number, rules: Map<string, StoredRule>): Promise<Announced[]> {
  const open = await query()
    .selectFrom("alert")
    .select(["id", "rule_id", "severity"])
    .where("rule_id", "is not", null)
    .where("state", "<>", "resolved")
    .limit(20_000)
    .$castTo<Pick<AlertRow, "id" | "rule_id" | "severity">>()
    .execute();
  const lower = open.flatMap((alert) => {
    const rule = rules.get(alert.rule_id!);
    return rule && RANK[rule.severity] > RANK[alert.severity] ? [{ alert, rule }] : [];
  });
  if (lower.length === 0) return [];
  return changing(at, async (trx) => {
    const changes: (Change | undefined)[] = [];
    for (const { alert, rule } of lower) changes.push(await raiseTo(trx, alert, rule, at));
    return changes;
  });
}
