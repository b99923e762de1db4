/** An alert's rows, and the few statements that everything which changes an alert shares. */
import { iso, isoOrNull } from "@/lib/core/clock";
import type { Param, Sql } from "@/lib/core/db";
import { cutText } from "@/lib/core/format/text";
import { type Alert, type AlertEvent, type AlertState, levelOf, type Severity } from "./contract";
import type { Event } from "./engine/announce";

export type AlertRow = {
  seq: number;
  id: string;
  owner_id: number | null;
  rule_id: string | null;
  source: Alert["source"];
  source_name: string;
  severity: Severity;
  message: string;
  state: AlertState;
  count: number;
  members: number;
  open_members: number;
  first_at: number;
  last_at: number;
  snoozed_until: number | null;
  escalate_at: number | null;
  escalated: number;
  settled_by: string | null;
  settled_at: number | null;
  resolved_at: number | null;
  /** The number of times it reopened since its state last held for some minutes. */
  flaps: number;
  /** The state that was last announced to channels and the inbox. */
  announced: "firing" | "flapping" | "resolved" | null;
  announce_at: number | null;
};
export type MemberRow = {
  subject: string;
  label: string;
  bot_id: string | null;
  value: number;
  count: number;
  since: number;
  resolved_at: number | null;
};
/** One thing in trouble. */
export type Reading = { subject: string; label: string; bot_id: string | null; value: number };
export type By = { id: number | null; name: string } | null;
export type Kind = AlertEvent["kind"];
export type Change = { alert: AlertRow; kind: Kind };
/** A committed change. `event` is what channels and the inbox announce; undefined announces nothing. */
export type Announced = Change & { event: Event | undefined };

export const COLUMNS =
  "seq, id, owner_id, rule_id, source, source_name, severity, message, state, count, members, open_members, first_at, last_at, snoozed_until, escalate_at, escalated, settled_by, settled_at, resolved_at, flaps, announced, announce_at";

export const toAlert = (row: AlertRow): Alert => ({
  alert_id: row.id,
  level: levelOf(row.severity),
  severity: row.severity,
  message: row.message,
  state: row.state,
  source: row.source,
  source_name: row.source_name,
  rule_id: row.rule_id,
  owner_id: row.owner_id,
  count: row.count,
  members: row.members,
  open_members: row.open_members,
  escalated: row.escalated,
  timestamp: iso(row.first_at),
  last_seen: iso(row.last_at),
  snoozed_until: isoOrNull(row.snoozed_until),
  handled_by: row.settled_by,
  resolved_at: isoOrNull(row.resolved_at),
});

export const alertOf = async (sql: Sql, id: string): Promise<AlertRow | undefined> =>
  (await sql.all<AlertRow>(`SELECT ${COLUMNS} FROM alert WHERE id = $1`, [id]))[0];

/** A line of the alert's history. */
export async function note(
  tx: Sql,
  alertId: string,
  kind: Kind,
  at: number,
  detail = "",
  by: By = null,
): Promise<void> {
  await tx.run("INSERT INTO alert_event (alert_id, kind, by_id, by_name, detail, at) VALUES ($1, $2, $3, $4, $5, $6)", [
    ...[alertId, kind, by?.id ?? null, by?.name ?? null],
    ...[cutText(detail, 500), at],
  ]);
}

type NewAlert = Pick<
  AlertRow,
  "id" | "owner_id" | "rule_id" | "source" | "source_name" | "severity" | "message" | "escalate_at"
> & { open_key: string | null; at: number };

/** False when the same, by its `open_key`, is open already. */
export async function insertAlert(tx: Sql, row: NewAlert): Promise<boolean> {
  const { id, owner_id, rule_id, source, source_name, severity, message, open_key, escalate_at, at } = row;
  const values: Param[] = [id, owner_id, rule_id, source, source_name, severity, message, open_key, escalate_at, at];
  const added = await tx.run(
    `INSERT INTO alert (id, owner_id, rule_id, source, source_name, severity, message, open_key, escalate_at, first_at, last_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) ON CONFLICT DO NOTHING`,
    values,
  );
  return added > 0;
}

/** Undefined when it is resolved already, be it by another process a moment ago. */
export async function settle(
  tx: Sql,
  id: string,
  state: Exclude<AlertState, "firing">,
  at: number,
  by: By,
  detail: string,
  until: number | null = null,
): Promise<Change | undefined> {
  const over = state === "resolved";
  const [alert] = await tx.all<AlertRow>(
    `UPDATE alert SET state = $2, settled_by_id = $3, settled_by = $4, settled_at = $5, snoozed_until = $6,
       escalate_at = NULL, resolved_at = $7, open_key = ${over ? "NULL" : "open_key"}
     WHERE id = $1 AND state <> 'resolved' RETURNING ${COLUMNS}`,
    [id, state, by?.id ?? null, by?.name ?? null, at, until, over ? at : null],
  );
  if (!alert) return undefined;
  await note(tx, id, state, at, detail, by);
  return { alert, kind: state };
}
