/**
 * Alerts in the database. Every change is one transaction that says what it changed, so that each is told once, whichever
 * process made it: one thing is in one alert of a rule at a time (alert_member.open_key).
 */
import { iso, isoOrNull } from "@/lib/clock";
import { db, type Param, type Sql } from "@/lib/db";
import {
  type Alert,
  type AlertEvent,
  type AlertState,
  levelOf,
  MEMBERS_MAX,
  type Member,
  type Severity,
} from "./contract";
import type { StoredRule } from "./store.rules";
import { messageOf } from "./words";

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
};
type MemberRow = {
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
type By = { id: number | null; name: string } | null;
type Kind = AlertEvent["kind"];
export type Change = { alert: AlertRow; kind: Kind };

export const COLUMNS =
  "seq, id, owner_id, rule_id, source, source_name, severity, message, state, count, members, open_members, first_at, last_at, snoozed_until, escalate_at, escalated, settled_by, settled_at, resolved_at";
/** What begins within this time of an alert of the same rule joins it. */
const GROUP_MS = 120_000;
/** What is back in trouble this soon after it recovered opens the old alert again. */
const REOPEN_MS = 300_000;
/** Counted while it goes on; older history is what people need less. */
const EVENTS_SHOWN = 200;

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

export const memberKey = (ruleId: string, subject: string) => `${ruleId}:${subject}`;
/** A JSON array in $`at` as texts. */
const listed = (sql: Sql, at: number) =>
  sql.provider === "sqlite"
    ? `SELECT value FROM json_each($${at})`
    : `SELECT value FROM json_array_elements_text($${at}::json)`;
const list = (values: readonly string[]) => JSON.stringify(values);

async function note(tx: Sql, alertId: string, kind: Kind, at: number, detail = "", by: By = null): Promise<void> {
  await tx.run("INSERT INTO alert_event (alert_id, kind, by_id, by_name, detail, at) VALUES ($1, $2, $3, $4, $5, $6)", [
    ...[alertId, kind, by?.id ?? null, by?.name ?? null],
    ...[detail.slice(0, 500), at],
  ]);
}

/** Counts what is in trouble, and says it anew. @returns the alert as it is then */
async function recount(tx: Sql, alertId: string, rule: Pick<StoredRule, "metric" | "window_s">): Promise<AlertRow> {
  const about = await tx.all<MemberRow & { open: number }>(
    `SELECT label, value, CASE WHEN resolved_at IS NULL THEN 1 ELSE 0 END AS open FROM alert_member
     WHERE alert_id = $1 ORDER BY seq`,
    [alertId],
  );
  const open = about.filter((one) => one.open);
  // When all is well again the alert goes on to say what was wrong.
  const said = open.length > 0 ? open : about;
  const [row] = await tx.all<AlertRow>(
    `UPDATE alert SET members = $2, open_members = $3, message = $4 WHERE id = $1 RETURNING ${COLUMNS}`,
    [alertId, about.length, open.length, messageOf(rule, said, said.length).slice(0, 1000)],
  );
  return row!;
}

async function addMembers(tx: Sql, alertId: string, ruleId: string, readings: Reading[], at: number): Promise<number> {
  let added = 0;
  for (const { subject, label, bot_id, value } of readings)
    added += await tx.run(
      `INSERT INTO alert_member (alert_id, subject, label, bot_id, open_key, value, since) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT DO NOTHING`,
      [alertId, subject, label.slice(0, 200), bot_id, memberKey(ruleId, subject), value, at],
    );
  return added;
}

export function createAlertStore() {
  const one = async (sql: Sql, id: string): Promise<AlertRow | undefined> =>
    (await sql.all<AlertRow>(`SELECT ${COLUMNS} FROM alert WHERE id = $1`, [id]))[0];

  return {
    get: (id: string) => one(db(), id),

    /** What is in trouble, by memberKey. */
    async live(): Promise<Set<string>> {
      const rows = await db().all<{ open_key: string }>(
        "SELECT open_key FROM alert_member WHERE open_key IS NOT NULL LIMIT 20000",
      );
      return new Set(rows.map((row) => row.open_key));
    },

    /**
     * Things a rule has found in trouble: those that only just recovered open their alert again, others join the alert of
     * the moment or make a new one.
     */
    async fire(rule: StoredRule, readings: Reading[], at: number, newId: () => string): Promise<Change[]> {
      return db().write(async (tx) => {
        const changes: Change[] = [];
        let fresh = readings;
        const back = await tx.all<{ seq: number; alert_id: string; subject: string }>(
          `SELECT m.seq, m.alert_id, m.subject FROM alert_member m JOIN alert a ON a.id = m.alert_id
           WHERE a.rule_id = $1 AND m.open_key IS NULL AND m.resolved_at >= $2
             AND (a.state <> 'resolved' OR (a.settled_by IS NULL AND a.resolved_at >= $2))
             AND m.subject IN (${listed(tx, 3)}) ORDER BY m.seq DESC`,
          [rule.rule_id, at - REOPEN_MS, list(readings.map((reading) => reading.subject))],
        );
        const reopened = new Map<string, string>();
        for (const { seq, alert_id, subject } of back) {
          const reading = fresh.find((candidate) => candidate.subject === subject);
          if (!reading) continue;
          fresh = fresh.filter((candidate) => candidate !== reading);
          await tx.run(
            "UPDATE alert_member SET open_key = $2, resolved_at = NULL, count = count + 1, value = $3 WHERE seq = $1",
            [seq, memberKey(rule.rule_id, subject), reading.value],
          );
          reopened.set(alert_id, `${reopened.has(alert_id) ? `${reopened.get(alert_id)}, ` : ""}${reading.label}`);
        }
        for (const [id, labels] of reopened) {
          await tx.run(
            `UPDATE alert SET count = count + 1, last_at = $2, resolved_at = NULL, escalate_at = CASE WHEN state = 'resolved' THEN $3 ELSE escalate_at END,
               state = CASE WHEN state = 'resolved' THEN 'firing' ELSE state END WHERE id = $1`,
            [id, at, escalation(rule, at)],
          );
          await note(tx, id, "reopened", at, labels);
          changes.push({ alert: await recount(tx, id, rule), kind: "reopened" });
        }
        if (fresh.length === 0) return changes;

        const [current] = await tx.all<{ id: string; members: number }>(
          `SELECT id, members FROM alert WHERE rule_id = $1 AND state <> 'resolved' AND first_at >= $2
           ORDER BY seq DESC LIMIT 1`,
          [rule.rule_id, at - GROUP_MS],
        );
        if (current && current.members + fresh.length <= MEMBERS_MAX) {
          if ((await addMembers(tx, current.id, rule.rule_id, fresh, at)) === 0) return changes;
          await tx.run("UPDATE alert SET last_at = $2 WHERE id = $1", [current.id, at]);
          await note(tx, current.id, "joined", at, fresh.map((reading) => reading.label).join(", "));
          changes.push({ alert: await recount(tx, current.id, rule), kind: "joined" });
          return changes;
        }
        const id = newId();
        await insert(tx, {
          ...{ id, owner_id: rule.scope === "all" ? null : rule.owner_id, rule_id: rule.rule_id, source: "rule" },
          ...{ source_name: rule.name, severity: rule.severity, message: "", at, open_key: null },
          escalate_at: escalation(rule, at),
        });
        // What another process was quicker with is in its alert.
        if ((await addMembers(tx, id, rule.rule_id, fresh.slice(0, MEMBERS_MAX), at)) === 0) {
          await tx.run("DELETE FROM alert WHERE id = $1", [id]);
          return changes;
        }
        const alert = await recount(tx, id, rule);
        await note(tx, id, "raised", at, alert.message);
        changes.push({ alert, kind: "raised" });
        return changes;
      });
    },

    /** Things that are well again; an alert without trouble is resolved. `keys`: memberKey of each. */
    async recover(rule: Pick<StoredRule, "metric" | "window_s">, keys: string[], at: number): Promise<Change[]> {
      if (keys.length === 0) return [];
      return db().write(async (tx) => {
        const rows = await tx.all<{ alert_id: string; label: string }>(
          `UPDATE alert_member SET open_key = NULL, resolved_at = $2 WHERE open_key IN (${listed(tx, 1)})
           RETURNING alert_id, label`,
          [list(keys), at],
        );
        const labels = new Map<string, string[]>();
        for (const { alert_id, label } of rows) labels.set(alert_id, [...(labels.get(alert_id) ?? []), label]);
        const changes: Change[] = [];
        for (const [id, names] of labels) {
          const alert = await recount(tx, id, rule);
          if (alert.state === "resolved") continue;
          if (alert.open_members > 0) {
            await note(tx, id, "recovered", at, names.join(", "));
            changes.push({ alert, kind: "recovered" });
          } else changes.push(await settle(tx, id, "resolved", at, null, "Recovered"));
        }
        return changes;
      });
    },

    /** By hand or by a plugin. The same again, while it is not resolved, is counted. */
    async trigger(
      input: Pick<AlertRow, "id" | "source" | "source_name" | "severity" | "message"> & {
        open_key: string;
        by: By;
        max: number;
      },
      at: number,
    ): Promise<Change | "full"> {
      return db().write(async (tx) => {
        const [known] = await tx.all<AlertRow>(
          `UPDATE alert SET count = count + 1, last_at = $2 WHERE open_key = $1 RETURNING ${COLUMNS}`,
          [input.open_key, at],
        );
        if (known) {
          await note(tx, known.id, "repeated", at, "", input.by);
          return { alert: known, kind: "repeated" };
        }
        const [{ n }] = (await tx.all<{ n: number }>("SELECT count(*) AS n FROM alert WHERE open_key IS NOT NULL")) as [
          { n: number },
        ];
        if (n >= input.max) return "full";
        await insert(tx, { ...input, owner_id: null, rule_id: null, at, escalate_at: null });
        await note(tx, input.id, "raised", at, input.message, input.by);
        return { alert: (await one(tx, input.id))!, kind: "raised" };
      });
    },

    /** What a person does with an alert; undefined when it is resolved already. */
    async act(
      id: string,
      to: { state: "acknowledged" | "resolved" } | { state: "snoozed"; until: number },
      by: NonNullable<By>,
      at: number,
    ): Promise<Change | undefined> {
      return db().write(async (tx) => {
        const alert = await one(tx, id);
        if (!alert || alert.state === "resolved") return undefined;
        const detail = to.state === "snoozed" ? `until ${iso(to.until)}` : "";
        return settle(tx, id, to.state, at, by, detail, to.state === "snoozed" ? to.until : null);
      });
    },

    /** Snoozes that are over, and what nobody acknowledged in time. */
    async due(at: number, rules: Map<string, StoredRule>): Promise<Change[]> {
      const due = await db().all<AlertRow>(
        `SELECT ${COLUMNS} FROM alert WHERE (state = 'snoozed' AND snoozed_until <= $1)
           OR (state = 'firing' AND escalate_at <= $1) ORDER BY seq LIMIT 200`,
        [at],
      );
      if (due.length === 0) return [];
      return db().write(async (tx) => {
        const changes: Change[] = [];
        for (const { id } of due) {
          // Somebody may have seen to it meanwhile.
          const alert = await one(tx, id);
          const rule = alert?.rule_id ? rules.get(alert.rule_id) : undefined;
          const again = rule ? escalation(rule, at) : null;
          if (alert?.state === "snoozed" && (alert.snoozed_until ?? 0) <= at) {
            await tx.run("UPDATE alert SET state = 'firing', snoozed_until = NULL, escalate_at = $2 WHERE id = $1", [
              id,
              again,
            ]);
            await note(tx, id, "woke", at);
            changes.push({ alert: (await one(tx, id))!, kind: "woke" });
          } else if (alert?.state === "firing" && alert.escalate_at !== null && alert.escalate_at <= at) {
            const severity = HIGHER[alert.severity];
            await tx.run("UPDATE alert SET severity = $2, escalated = escalated + 1, escalate_at = $3 WHERE id = $1", [
              id,
              severity,
              severity === "critical" ? null : again,
            ]);
            await note(tx, id, "escalated", at, `${alert.severity} → ${severity}`);
            changes.push({ alert: (await one(tx, id))!, kind: "escalated" });
          }
        }
        return changes;
      });
    },

    /** A rule is gone or off: so is what it found. */
    async drop(ruleId: string, at: number, by: By): Promise<Change[]> {
      return db().write(async (tx) => {
        await tx.run(
          `UPDATE alert_member SET open_key = NULL, resolved_at = COALESCE(resolved_at, $2)
           WHERE open_key IS NOT NULL AND alert_id IN (SELECT id FROM alert WHERE rule_id = $1)`,
          [ruleId, at],
        );
        await tx.run("UPDATE alert SET open_members = 0 WHERE rule_id = $1 AND open_members > 0", [ruleId]);
        const open = await tx.all<{ id: string }>("SELECT id FROM alert WHERE rule_id = $1 AND state <> 'resolved'", [
          ruleId,
        ]);
        const changes: Change[] = [];
        for (const { id } of open)
          changes.push(await settle(tx, id, "resolved", at, by, "Its rule was removed or switched off"));
        return changes;
      });
    },

    async detail(id: string): Promise<{ members: Member[]; events: AlertEvent[] }> {
      const members = await db().all<MemberRow>(
        `SELECT subject, label, bot_id, value, count, since, resolved_at FROM alert_member WHERE alert_id = $1
         ORDER BY CASE WHEN resolved_at IS NULL THEN 0 ELSE 1 END, seq LIMIT ${MEMBERS_MAX}`,
        [id],
      );
      const events = await db().all<{ kind: Kind; by_name: string | null; detail: string; at: number }>(
        `SELECT kind, by_name, detail, at FROM alert_event WHERE alert_id = $1 ORDER BY seq DESC LIMIT ${EVENTS_SHOWN}`,
        [id],
      );
      return {
        members: members.map((row) => ({ ...row, since: iso(row.since), resolved_at: isoOrNull(row.resolved_at) })),
        events: events.map(({ kind, by_name, detail, at }) => ({ kind, by: by_name, detail, timestamp: iso(at) })),
      };
    },

    /** Resolved ones of long ago, with what belongs to them. */
    async sweep(before: number): Promise<void> {
      await db().run("DELETE FROM alert WHERE state = 'resolved' AND resolved_at < $1", [before]);
    },

    /** Everything of a person who is gone. */
    async forget(userId: number): Promise<void> {
      await db().write(async (tx) => {
        await tx.run("DELETE FROM alert WHERE owner_id = $1", [userId]);
        await tx.run("DELETE FROM alert_rule WHERE owner_id = $1 AND global = 0", [userId]);
        await tx.run("DELETE FROM alert_channel WHERE owner_id = $1 AND global = 0", [userId]);
      });
    },
  };

  async function insert(
    tx: Sql,
    row: Pick<
      AlertRow,
      "id" | "owner_id" | "rule_id" | "source" | "source_name" | "severity" | "message" | "escalate_at"
    > & {
      open_key: string | null;
      at: number;
    },
  ): Promise<void> {
    const { id, owner_id, rule_id, source, source_name, severity, message, open_key, escalate_at, at } = row;
    const values: Param[] = [id, owner_id, rule_id, source, source_name, severity, message, open_key, escalate_at, at];
    await tx.run(
      `INSERT INTO alert (id, owner_id, rule_id, source, source_name, severity, message, open_key, escalate_at, first_at, last_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)`,
      values,
    );
  }

  async function settle(
    tx: Sql,
    id: string,
    state: Exclude<AlertState, "firing">,
    at: number,
    by: By,
    detail: string,
    until: number | null = null,
  ): Promise<Change> {
    const over = state === "resolved";
    const [alert] = await tx.all<AlertRow>(
      `UPDATE alert SET state = $2, settled_by_id = $3, settled_by = $4, settled_at = $5, snoozed_until = $6,
         escalate_at = NULL, resolved_at = $7, open_key = ${over ? "NULL" : "open_key"} WHERE id = $1 RETURNING ${COLUMNS}`,
      [id, state, by?.id ?? null, by?.name ?? null, at, until, over ? at : null],
    );
    await note(tx, id, state, at, detail, by);
    return { alert: alert!, kind: state };
  }
}

const HIGHER: Record<Severity, Severity> = { low: "medium", medium: "high", high: "critical", critical: "critical" };
const escalation = (rule: Pick<StoredRule, "escalate_after_m">, at: number): number | null =>
  rule.escalate_after_m === undefined ? null : at + rule.escalate_after_m * 60_000;

export type AlertStore = ReturnType<typeof createAlertStore>;
