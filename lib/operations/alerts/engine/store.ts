/**
 * Writes of the engine: subjects that start firing and recover, and changes that are due. Every change is one
 * transaction that returns what it changed, so that each is published once, whichever process made it: a subject is in
 * one alert of a rule at a time (alert_member.open_key), and each step of an alert starts from the state it was in.
 */
import { db, listed, listText, type Sql } from "@/lib/core/db";
import { cutText } from "@/lib/core/format/text";
import { MEMBERS_MAX, RANK, type Severity } from "@/lib/operations/alerts/contract";
import { messageOf } from "@/lib/operations/alerts/rules/sentences";
import type { StoredRule } from "@/lib/operations/alerts/rules/store";
import { changing } from "@/lib/operations/alerts/store.messages";
import {
  type AlertRow,
  type Announced,
  type Change,
  COLUMNS,
  insertAlert,
  type MemberRow,
  note,
  type Reading,
  settle,
} from "@/lib/operations/alerts/store.rows";
import { CALM_MS } from "./announce";
import { due, escalation, follow } from "./store.due";

/** A subject that starts firing within this time joins the rule's open alert. */
const GROUP_MS = 120_000;
/** A subject that fires again this soon after recovering reopens its old alert. */
const REOPEN_MS = CALM_MS;

export const memberKey = (ruleId: string, subject: string) => `${ruleId}:${subject}`;
const list = (values: readonly string[]) => listText(values);
/** Locks the rows that were read until the commit. A concurrent writer is waited for and its result is read again. */
const lock = (sql: Sql, table: string) => (sql.provider === "postgresql" ? `FOR UPDATE OF ${table}` : "");

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
    [alertId, about.length, open.length, cutText(messageOf(rule, said, said.length), 1000)],
  );
  return row!;
}

async function addMembers(tx: Sql, alertId: string, ruleId: string, readings: Reading[], at: number): Promise<number> {
  let added = 0;
  for (const { subject, label, bot_id, value } of readings)
    added += await tx.run(
      `INSERT INTO alert_member (alert_id, subject, label, bot_id, open_key, value, since) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT DO NOTHING`,
      [alertId, subject, cutText(label, 200), bot_id, memberKey(ruleId, subject), value, at],
    );
  return added;
}

/** Those of `readings` that only just recovered open their alert again. @returns the others, and what changed */
async function reopen(
  tx: Sql,
  rule: StoredRule,
  readings: Reading[],
  at: number,
): Promise<{ fresh: Reading[]; changes: Change[] }> {
  let fresh = readings;
  const back = await tx.all<{ seq: number; alert_id: string; subject: string } & Pick<AlertRow, "state" | "severity">>(
    `SELECT m.seq, m.alert_id, m.subject, a.state, a.severity FROM alert_member m JOIN alert a ON a.id = m.alert_id
     WHERE a.rule_id = $1 AND m.open_key IS NULL AND m.resolved_at >= $2
       AND (a.state <> 'resolved' OR (a.settled_by IS NULL AND a.resolved_at >= $2))
       AND m.subject IN (${listed(tx, 3)}) ORDER BY m.seq DESC ${lock(tx, "a")}`,
    [rule.rule_id, at - REOPEN_MS, list(readings.map((reading) => reading.subject))],
  );
  const reopened = new Map<string, string>();
  const before = new Map<string, Severity>();
  for (const { seq, alert_id, subject, state, severity } of back) {
    if (state === "resolved") before.set(alert_id, severity);
    const reading = fresh.find((candidate) => candidate.subject === subject);
    if (!reading) continue;
    fresh = fresh.filter((candidate) => candidate !== reading);
    const changed = await tx.run(
      `UPDATE alert_member SET open_key = $2, resolved_at = NULL, count = count + 1, value = $3
       WHERE seq = $1 AND open_key IS NULL`,
      [seq, memberKey(rule.rule_id, subject), reading.value],
    );
    if (changed > 0)
      reopened.set(alert_id, `${reopened.has(alert_id) ? `${reopened.get(alert_id)}, ` : ""}${reading.label}`);
  }
  const changes: Change[] = [];
  for (const [id, labels] of reopened) {
    await tx.run(
      `UPDATE alert SET count = count + 1, flaps = flaps + 1, last_at = $2, resolved_at = NULL,
         escalate_at = CASE WHEN state = 'resolved' THEN $3 ELSE escalate_at END,
         severity = CASE WHEN state = 'resolved' THEN $4 ELSE severity END,
         state = CASE WHEN state = 'resolved' THEN 'firing' ELSE state END WHERE id = $1`,
      [id, at, escalation(rule, at), rule.severity],
    );
    await note(tx, id, "reopened", at, labels);
    const alert = await recount(tx, id, rule);
    const isWorse = RANK[alert.severity] > RANK[before.get(id) ?? alert.severity];
    if (isWorse) await note(tx, id, "escalated", at, `${before.get(id)} → ${alert.severity}: the rule's severity`);
    changes.push({ alert, kind: isWorse ? "escalated" : "reopened" });
  }
  return { fresh, changes };
}

export function createWatchStore() {
  return {
    /** Returns the subjects that are firing, by memberKey. */
    async live(): Promise<string[]> {
      const rows = await db().all<{ open_key: string }>(
        "SELECT open_key FROM alert_member WHERE open_key IS NOT NULL LIMIT 20000",
      );
      return rows.map((row) => row.open_key);
    },

    /**
     * Things a rule has found in trouble: those that only just recovered open their alert again, others join the alert of
     * the moment or make a new one. Nothing when the rule was changed or removed meanwhile.
     */
    async fire(rule: StoredRule, readings: Reading[], at: number, newId: () => string): Promise<Announced[]> {
      return changing(at, async (tx) => {
        // Held until the commit: who removes the rule comes before it, or resolves what is found here.
        const [still] = await tx.all(
          `SELECT 1 AS one FROM alert_rule WHERE id = $1 AND enabled = 1 AND updated_at = $2
           ${tx.provider === "postgresql" ? "FOR SHARE" : ""}`,
          [rule.rule_id, rule.updated_at],
        );
        if (!still) return [];
        const { fresh, changes } = await reopen(tx, rule, readings, at);
        if (fresh.length === 0) return changes;

        const [current] = await tx.all<{ id: string; members: number }>(
          `SELECT id, members FROM alert WHERE rule_id = $1 AND state <> 'resolved' AND first_at >= $2
           ORDER BY seq DESC LIMIT 1 ${lock(tx, "alert")}`,
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
        await insertAlert(tx, {
          ...{ id, owner_id: rule.scope === "all" ? null : rule.owner_id, rule_id: rule.rule_id, source: "rule" },
          ...{ source_name: rule.name, severity: rule.severity, message: "", at, open_key: null },
          escalate_at: escalation(rule, at),
        });
        // A subject that another process added first is in that process's alert.
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
    async recover(rule: Pick<StoredRule, "metric" | "window_s">, keys: string[], at: number): Promise<Announced[]> {
      if (keys.length === 0) return [];
      return changing(at, async (tx) => {
        const rows = await tx.all<{ alert_id: string; label: string }>(
          `UPDATE alert_member SET open_key = NULL, resolved_at = $2 WHERE open_key IN (${listed(tx, 1)})
           RETURNING alert_id, label`,
          [list(keys), at],
        );
        const labels = new Map<string, string[]>();
        for (const { alert_id, label } of rows) labels.set(alert_id, [...(labels.get(alert_id) ?? []), label]);
        const changes: (Change | undefined)[] = [];
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

    due,
    follow,

    /**
     * Returns the subjects that reached their rule's threshold, and since when. Waits older than `away`, when nobody
     * watched, do not count.
     */
    async waits(away: number): Promise<{ rule_id: string; subject: string; since: number }[]> {
      // In one transaction: a look that is repeated after a failure must not count the time twice.
      return db().write(async (tx) => {
        if (away > 0) await tx.run("UPDATE alert_wait SET since = since + $1", [away]);
        return tx.all("SELECT rule_id, subject, since FROM alert_wait LIMIT 100000");
      });
    },

    /** Notes which subjects of a rule began to wait at `at`, and which do so no more. */
    async keepWaits(ruleId: string, began: string[], ended: string[], at: number): Promise<void> {
      if (began.length === 0 && ended.length === 0) return;
      await db().write(async (tx) => {
        if (ended.length > 0)
          await tx.run(`DELETE FROM alert_wait WHERE rule_id = $1 AND subject IN (${listed(tx, 2)})`, [
            ruleId,
            list(ended),
          ]);
        if (began.length > 0)
          await tx.run(
            `INSERT INTO alert_wait (rule_id, subject, since)
             SELECT $1, q.value, CAST($3 AS bigint) FROM (${listed(tx, 2)}) q WHERE 1 = 1 ON CONFLICT DO NOTHING`,
            [ruleId, list(began), at],
          );
      });
    },

    /** The rule is not watched any more. */
    dropWaits: (ruleId: string): Promise<number> => db().run("DELETE FROM alert_wait WHERE rule_id = $1", [ruleId]),
  };
}

export type WatchStore = ReturnType<typeof createWatchStore>;
