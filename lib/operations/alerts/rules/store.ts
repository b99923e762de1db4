/** Rules in the database: their definition is one JSON text. */

import { iso } from "@/lib/core/clock";
import { db, listed, listText, type Sql } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import { changing } from "@/lib/operations/alerts/store.messages";
import { type Announced, type By, type Change, settle } from "@/lib/operations/alerts/store.rows";
import type { AlertRule, RuleInput } from "./contract";

export type StoredRule = RuleInput & {
  rule_id: string;
  owner_id: number;
  version: number;
  created_at: number;
  updated_at: number;
};
/** `of_admin`: of somebody who may watch bots of others. */
export type WatchedRule = StoredRule & { of_admin: boolean };
type Row = {
  id: string;
  owner_id: number;
  definition: string;
  version: number;
  created_at: number;
  updated_at: number;
  open_alerts: number;
};

const COLUMNS = "id, owner_id, definition, version, created_at, updated_at";
const SHOWN = `${COLUMNS}, (SELECT count(*) FROM alert a WHERE a.rule_id = r.id AND a.state <> 'resolved') AS open_alerts`;
const stored = ({
  id,
  definition,
  owner_id,
  version,
  created_at,
  updated_at,
}: Omit<Row, "open_alerts">): StoredRule => ({
  ...(readJson(definition) as RuleInput),
  ...{ rule_id: id, owner_id, version, created_at, updated_at },
});
export const toRule = (rule: StoredRule, open_alerts: number): AlertRule => ({
  ...rule,
  open_alerts,
  created_at: iso(rule.created_at),
  updated_at: iso(rule.updated_at),
});

/** A rule is gone or off: so is what it found. */
async function drop(tx: Sql, ruleId: string, at: number, by: By): Promise<(Change | undefined)[]> {
  await tx.run(
    `UPDATE alert_member SET open_key = NULL, resolved_at = COALESCE(resolved_at, $2)
     WHERE open_key IS NOT NULL AND alert_id IN (SELECT id FROM alert WHERE rule_id = $1)`,
    [ruleId, at],
  );
  await tx.run("UPDATE alert SET open_members = 0 WHERE rule_id = $1 AND open_members > 0", [ruleId]);
  const open = await tx.all<{ id: string }>("SELECT id FROM alert WHERE rule_id = $1 AND state <> 'resolved'", [
    ruleId,
  ]);
  const changes: (Change | undefined)[] = [];
  for (const { id } of open)
    changes.push(await settle(tx, id, "resolved", at, by, "Its rule was deleted or turned off"));
  return changes;
}

export function createRuleStore() {
  return {
    /** Lists one person's rules and, if asked, the global ones. */
    async list(userId: number, withGlobal: boolean): Promise<AlertRule[]> {
      const rows = await db().all<Row>(
        `SELECT ${SHOWN} FROM alert_rule r WHERE (owner_id = $1 AND global = 0)${withGlobal ? " OR global = 1" : ""} ORDER BY seq DESC LIMIT 1000`,
        [userId],
      );
      return rows.map((row) => toRule(stored(row), row.open_alerts));
    },

    async get(id: string): Promise<StoredRule | undefined> {
      const [row] = await db().all<Row>(`SELECT ${COLUMNS} FROM alert_rule WHERE id = $1`, [id]);
      return row && stored(row);
    },

    /** As people are shown it. */
    async shown(id: string): Promise<AlertRule | undefined> {
      const [row] = await db().all<Row>(`SELECT ${SHOWN} FROM alert_rule r WHERE id = $1`, [id]);
      return row && toRule(stored(row), row.open_alerts);
    },

    /** All that are to be watched. */
    async enabled(): Promise<WatchedRule[]> {
      const rows = await db().all<Row & { role: string | null }>(
        `SELECT ${COLUMNS}, (SELECT u.role FROM "user" u WHERE u.id = r.owner_id) AS role
         FROM alert_rule r WHERE enabled = 1 ORDER BY seq LIMIT 5000`,
      );
      return rows.map((row) => ({ ...stored(row), of_admin: row.role === "admin" }));
    },

    /** False when the person has `max` already. */
    async add(id: string, ownerId: number, rule: RuleInput, at: number, max: number): Promise<boolean> {
      return db().write(async (tx) => {
        const [{ n }] = (await tx.all<{ n: number }>("SELECT count(*) AS n FROM alert_rule WHERE owner_id = $1", [
          ownerId,
        ])) as [{ n: number }];
        if (n >= max) return false;
        await tx.run(
          `INSERT INTO alert_rule (id, owner_id, global, enabled, definition, created_at, updated_at)
           VALUES ($1, $2, $3, $4, $5, $6, $6)`,
          [id, ownerId, rule.scope === "all" ? 1 : 0, rule.enabled ? 1 : 0, JSON.stringify(rule), at],
        );
        return true;
      });
    },

    /**
     * Replaces it. `over`: whoever did, when what it found is over with what it was.
     *
     * @returns the alerts that are over; undefined when the rule is gone, or no longer at version `expected`
     */
    async put(
      id: string,
      rule: RuleInput,
      at: number,
      { over, expected }: { over?: By; expected?: number },
    ): Promise<Announced[] | undefined> {
      let isStored = false;
      const changes = await changing(at, async (tx) => {
        const changed = await tx.run(
          `UPDATE alert_rule SET global = $2, enabled = $3, definition = $4, updated_at = $5, version = version + 1
           WHERE id = $1 AND version = COALESCE(CAST($6 AS INTEGER), version)`,
          [id, rule.scope === "all" ? 1 : 0, rule.enabled ? 1 : 0, JSON.stringify(rule), at, expected ?? null],
        );
        isStored = changed > 0;
        return isStored && over ? drop(tx, id, at, over) : [];
      });
      return isStored ? changes : undefined;
    },

    /** @returns its alerts, which are over */
    remove: (id: string, at: number, by: By): Promise<Announced[]> =>
      changing(at, async (tx) => {
        await tx.run("DELETE FROM alert_rule WHERE id = $1", [id]);
        return drop(tx, id, at, by);
      }),

    /** Returns the owner of each of these bots that exists. */
    async owners(ids: string[]): Promise<Map<string, number | null>> {
      const rows = await db().all<{ id: string; owner_id: number | null }>(
        `SELECT id, owner_id FROM bot WHERE id IN (${listed(db(), 1)})`,
        [listText(ids)],
      );
      return new Map(rows.map((row) => [row.id, row.owner_id]));
    },
  };
}

export type RuleStore = ReturnType<typeof createRuleStore>;
