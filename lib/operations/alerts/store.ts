/** Reads and changes of alerts by people and plugins. The engine's writes: engine/store.ts. */
import { iso, isoOrNull } from "@/lib/core/clock";
import { db } from "@/lib/core/db";
import { type AlertEvent, MEMBERS_MAX, type Member, RANK } from "./contract";
import { changing } from "./store.messages";
import {
  type AlertRow,
  type Announced,
  alertOf,
  type By,
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

/**
 * The tables of a person's own rows; a global rule or channel stays with the server. Rules first, as the engine locks
 * them.
 */
const OF_PEOPLE = [
  ["alert_rule", "global = 0"],
  ["alert", "owner_id IS NOT NULL"],
  ["alert_channel", "global = 0"],
] as const;

export function createAlertStore() {
  return {
    get: (id: string) => alertOf(db(), id),

    /**
     * By hand or by a plugin. The same again, by `open_key`, is counted while it is not resolved: it says the newer message,
     * and at a higher severity fires anew unless it is snoozed. Undefined when `max` are open.
     */
    async trigger(input: Trigger, at: number): Promise<Announced | undefined> {
      const [change] = await changing(at, async (tx) => {
        const [open] = await tx.all<{ n: number }>("SELECT count(*) AS n FROM alert WHERE open_key IS NOT NULL");
        const full = open!.n >= input.max;
        let known: AlertRow | undefined;
        while (!known) {
          if (!full && (await insertAlert(tx, { ...input, owner_id: null, rule_id: null, at, escalate_at: null }))) {
            await note(tx, input.id, "raised", at, input.message, input.by);
            return [{ alert: (await alertOf(tx, input.id))!, kind: "raised" }];
          }
          [known] = await tx.all<AlertRow>(
            `UPDATE alert SET count = count + 1, last_at = $2, message = $3 WHERE open_key = $1 RETURNING ${COLUMNS}`,
            [input.open_key, at, input.message],
          );
          // Otherwise the one that was in the way was resolved in this moment, and it begins anew.
          if (!known && full) return [];
        }
        if (known.severity === input.severity) {
          await note(tx, known.id, "repeated", at, "", input.by);
          return [{ alert: known, kind: "repeated" }];
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
        return [{ alert: alert!, kind }];
      });
      return change;
    },

    /** Resolves a triggered alert on behalf of its source. Undefined when no alert with that `openKey` is open. */
    async over(openKey: string, at: number, detail: string): Promise<Announced | undefined> {
      const [change] = await changing(at, async (tx) => {
        const [known] = await tx.all<{ id: string }>("SELECT id FROM alert WHERE open_key = $1", [openKey]);
        return known ? [await settle(tx, known.id, "resolved", at, null, detail)] : [];
      });
      return change;
    },

    /** Applies a person's action to an alert; undefined when it is resolved already. */
    async act(
      id: string,
      to: { state: "acknowledged" | "resolved" } | { state: "snoozed"; until: number },
      by: NonNullable<By>,
      at: number,
    ): Promise<Announced | undefined> {
      const detail = to.state === "snoozed" ? `until ${iso(to.until)}` : "";
      const until = to.state === "snoozed" ? to.until : null;
      const [change] = await changing(at, async (tx) => [await settle(tx, id, to.state, at, by, detail, until)]);
      return change;
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

    /** Resolved ones of long ago, with what belongs to them, and what a person left behind whose removal was cut short. */
    async sweep(before: number): Promise<void> {
      await db().run("DELETE FROM alert WHERE state = 'resolved' AND resolved_at < $1", [before]);
      for (const [table, where] of OF_PEOPLE)
        await db().run(`DELETE FROM ${table} WHERE ${where} AND owner_id NOT IN (SELECT id FROM "user")`);
    },

    /** Everything of a person who is gone. */
    async forget(userId: number): Promise<void> {
      await db().write(async (tx) => {
        for (const [table, where] of OF_PEOPLE)
          await tx.run(`DELETE FROM ${table} WHERE ${where} AND owner_id = $1`, [userId]);
      });
    },
  };
}

export type AlertStore = ReturnType<typeof createAlertStore>;
