/** What people and plugins do with alerts, and what is shown of one. What the engine does: store.watch.ts. */
import { iso, isoOrNull } from "@/lib/clock";
import { db } from "@/lib/db";
import { type AlertEvent, MEMBERS_MAX, type Member, RANK } from "./contract";
import {
  type AlertRow,
  alertOf,
  type By,
  type Change,
  COLUMNS,
  insertAlert,
  type Kind,
  type MemberRow,
  note,
  settle,
} from "./store.rows";

/** Counted while it goes on; older history is what people need less. */
const EVENTS_SHOWN = 200;

type Trigger = Pick<AlertRow, "id" | "source" | "source_name" | "severity" | "message"> & {
  open_key: string;
  by: By;
  max: number;
};

export function createAlertStore() {
  return {
    get: (id: string) => alertOf(db(), id),

    /**
     * By hand or by a plugin. The same again, by `open_key`, is counted while it is not resolved: it says the newer message,
     * and at a higher severity fires anew unless it is snoozed.
     */
    async trigger(input: Trigger, at: number): Promise<Change | "full"> {
      return db().write(async (tx) => {
        const [open] = await tx.all<{ n: number }>("SELECT count(*) AS n FROM alert WHERE open_key IS NOT NULL");
        const full = open!.n >= input.max;
        if (!full && (await insertAlert(tx, { ...input, owner_id: null, rule_id: null, at, escalate_at: null }))) {
          await note(tx, input.id, "raised", at, input.message, input.by);
          return { alert: (await alertOf(tx, input.id))!, kind: "raised" };
        }
        const [known] = await tx.all<AlertRow>(
          `UPDATE alert SET count = count + 1, last_at = $2, message = $3 WHERE open_key = $1 RETURNING ${COLUMNS}`,
          [input.open_key, at, input.message],
        );
        if (!known) return "full";
        if (known.severity === input.severity) {
          await note(tx, known.id, "repeated", at, "", input.by);
          return { alert: known, kind: "repeated" };
        }
        const worse = RANK[input.severity] > RANK[known.severity];
        const [alert] = await tx.all<AlertRow>(
          `UPDATE alert SET severity = $2, escalated = escalated + $3,
             state = CASE WHEN state = 'acknowledged' AND $3 = 1 THEN 'firing' ELSE state END
           WHERE id = $1 RETURNING ${COLUMNS}`,
          [known.id, input.severity, worse ? 1 : 0],
        );
        const kind = worse && known.state !== "snoozed" ? "escalated" : "repeated";
        await note(tx, known.id, kind, at, `${known.severity} → ${input.severity}`, input.by);
        return { alert: alert!, kind };
      });
    },

    /** What was triggered is over, says who triggered it. Undefined when nothing of that `openKey` is open. */
    async over(openKey: string, at: number, detail: string): Promise<Change | undefined> {
      return db().write(async (tx) => {
        const [known] = await tx.all<{ id: string }>("SELECT id FROM alert WHERE open_key = $1", [openKey]);
        return known && settle(tx, known.id, "resolved", at, null, detail);
      });
    },

    /** What a person does with an alert; undefined when it is resolved already. */
    async act(
      id: string,
      to: { state: "acknowledged" | "resolved" } | { state: "snoozed"; until: number },
      by: NonNullable<By>,
      at: number,
    ): Promise<Change | undefined> {
      const detail = to.state === "snoozed" ? `until ${iso(to.until)}` : "";
      return db().write((tx) => settle(tx, id, to.state, at, by, detail, to.state === "snoozed" ? to.until : null));
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
        for (const { id } of open) {
          const change = await settle(tx, id, "resolved", at, by, "Its rule was removed or switched off");
          if (change) changes.push(change);
        }
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
}

export type AlertStore = ReturnType<typeof createAlertStore>;
