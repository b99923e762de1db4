/** Changes that fall due by the clock or because a rule changed: ended snoozes, escalations, and states that have held. */
import { db, type Sql } from "@/lib/core/db";
import { RANK, type Severity } from "@/lib/operations/alerts/contract";
import type { StoredRule } from "@/lib/operations/alerts/rules/store";
import { changing } from "@/lib/operations/alerts/store.messages";
import { type AlertRow, type Announced, alertOf, type Change, COLUMNS, note } from "@/lib/operations/alerts/store.rows";
import { needsAnnouncement } from "./announce";

const HIGHER: Record<Severity, Severity> = { low: "medium", medium: "high", high: "critical", critical: "critical" };
export const escalation = (rule: Pick<StoredRule, "escalate_after_m">, at: number): number | null =>
  rule.escalate_after_m === undefined ? null : at + rule.escalate_after_m * 60_000;

/** A state has held: from here on its changes are announced again. @returns a change when it differs from what was said */
async function calm(tx: Sql, id: string, at: number): Promise<Change | undefined> {
  const [alert] = await tx.all<AlertRow>(
    `UPDATE alert SET flaps = 0, announce_at = NULL WHERE id = $1 AND announce_at <= $2 RETURNING ${COLUMNS}`,
    [id, at],
  );
  if (!alert || !needsAnnouncement(alert)) return undefined;
  await note(tx, id, "calmed", at, alert.state);
  return { alert, kind: "calmed" };
}

/** Ends a snooze that is over. The statement checks the state again: a person may acknowledge at the same moment. */
async function wake(tx: Sql, id: string, rule: StoredRule | undefined, at: number): Promise<Change | undefined> {
  const [alert] = await tx.all<AlertRow>(
    `UPDATE alert SET state = 'firing', snoozed_until = NULL, escalate_at = $3
     WHERE id = $1 AND state = 'snoozed' AND snoozed_until <= $2 RETURNING ${COLUMNS}`,
    [id, at, rule ? escalation(rule, at) : null],
  );
  if (!alert) return undefined;
  await note(tx, id, "woke", at);
  return { alert, kind: "woke" };
}

/** Raises the severity of an alert that nobody acknowledged in time; as `wake`, the statement asks its state again. */
async function escalate(
  tx: Sql,
  before: Pick<AlertRow, "id" | "severity">,
  rule: StoredRule | undefined,
  at: number,
): Promise<Change | undefined> {
  const severity = HIGHER[before.severity];
  const next = rule && severity !== "critical" ? escalation(rule, at) : null;
  const [alert] = await tx.all<AlertRow>(
    `UPDATE alert SET severity = $3, escalated = escalated + 1, escalate_at = $4
     WHERE id = $1 AND state = 'firing' AND escalate_at <= $2 AND severity = $5 RETURNING ${COLUMNS}`,
    [before.id, at, severity, next, before.severity],
  );
  if (!alert) return undefined;
  await note(tx, before.id, "escalated", at, `${before.severity} → ${severity}: nobody acknowledged it`);
  return { alert, kind: "escalated" };
}

/** Snoozes that are over, what nobody acknowledged in time, and states that have held after something flapped. */
export async function due(at: number, rules: Map<string, StoredRule>): Promise<Announced[]> {
  const rows = await db().all<{ id: string }>(
    `SELECT id FROM alert WHERE (state = 'snoozed' AND snoozed_until <= $1)
       OR (state = 'firing' AND escalate_at <= $1) OR announce_at <= $1 ORDER BY seq LIMIT 200`,
    [at],
  );
  if (rows.length === 0) return [];
  return changing(at, async (tx) => {
    const changes: (Change | undefined)[] = [];
    for (const { id } of rows) {
      changes.push(await calm(tx, id, at));
      const alert = await alertOf(tx, id);
      const rule = alert?.rule_id ? rules.get(alert.rule_id) : undefined;
      if (alert) changes.push((await wake(tx, id, rule, at)) ?? (await escalate(tx, alert, rule, at)));
    }
    return changes;
  });
}

/** Alerts that fire at a lower severity than their rule has by now take the rule's: it was raised meanwhile. */
export async function follow(at: number, rules: Map<string, StoredRule>): Promise<Announced[]> {
  const open = await db().all<Pick<AlertRow, "id" | "rule_id" | "severity">>(
    "SELECT id, rule_id, severity FROM alert WHERE rule_id IS NOT NULL AND state <> 'resolved' LIMIT 20000",
  );
  const lower = open.flatMap(({ id, rule_id, severity }) => {
    const rule = rules.get(rule_id!);
    return rule && RANK[rule.severity] > RANK[severity] ? [{ id, severity, rule }] : [];
  });
  if (lower.length === 0) return [];
  return changing(at, async (tx) => {
    const changes: Change[] = [];
    for (const { id, severity, rule } of lower) {
      const [alert] = await tx.all<AlertRow>(
        `UPDATE alert SET severity = $2, escalated = escalated + 1, escalate_at = CASE WHEN state = 'snoozed' THEN escalate_at ELSE $4 END,
           state = CASE WHEN state = 'acknowledged' THEN 'firing' ELSE state END
         WHERE id = $1 AND state <> 'resolved' AND severity = $3 RETURNING ${COLUMNS}`,
        [id, rule.severity, severity, rule.severity === "critical" ? null : escalation(rule, at)],
      );
      if (!alert) continue;
      const kind = alert.state === "snoozed" ? "repeated" : "escalated";
      await note(tx, id, kind, at, `${severity} → ${rule.severity}: the rule's severity`);
      changes.push({ alert, kind });
    }
    return changes;
  });
}
