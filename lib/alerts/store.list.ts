/** Lists and figures of alerts. */
import { db, type Param } from "@/lib/db";
import type { AlertState, Severity } from "./contract";
import { type AlertRow, COLUMNS } from "./store.rows";

/** Whose alerts: of one person, and the staff's too; or all. */
export type View = { user_id: number; staff: boolean; all: boolean };
type Filter = {
  states?: AlertState[];
  severities?: Severity[];
  rule_id?: string;
  bot_id?: string;
  before?: number;
  limit: number;
};

const seen = ({ staff, all }: View) =>
  all ? "CAST($1 AS bigint) IS NOT NULL" : staff ? "(owner_id IS NULL OR owner_id = $1)" : "owner_id = $1";

export function createAlertLists() {
  return {
    /** Newest first. */
    async list(view: View, { states, severities, rule_id, bot_id, before, limit }: Filter) {
      const params: Param[] = [view.user_id, limit + 1];
      const where = [seen(view)];
      const among = (column: string, values: readonly string[]) =>
        where.push(`${column} IN (${values.map((value) => `$${params.push(value)}`).join(", ")})`);
      if (states) among("state", states);
      if (severities) among("severity", severities);
      if (rule_id) where.push(`rule_id = $${params.push(rule_id)}`);
      if (bot_id) where.push(`id IN (SELECT alert_id FROM alert_member WHERE bot_id = $${params.push(bot_id)})`);
      if (before !== undefined) where.push(`seq < $${params.push(before)}`);
      const rows = await db().all<AlertRow>(
        `SELECT ${COLUMNS} FROM alert WHERE ${where.join(" AND ")} ORDER BY seq DESC LIMIT $2`,
        params,
      );
      return { rows: rows.slice(0, limit), more: rows.length > limit };
    },

    async figures(view: View): Promise<{ severity: Severity; state: AlertState; n: number }[]> {
      return db().all(`SELECT severity, state, count(*) AS n FROM alert WHERE ${seen(view)} GROUP BY severity, state`, [
        view.user_id,
      ]);
    },

    async subscribers({ user_id, staff }: View): Promise<number> {
      const own = "(owner_id = $1 AND global = 0)";
      const [row] = await db().all<{ n: number }>(
        `SELECT count(*) AS n FROM alert_channel WHERE enabled = 1 AND ${staff ? `(global = 1 OR ${own})` : own}`,
        [user_id],
      );
      return row!.n;
    },
  };
}

export type AlertLists = ReturnType<typeof createAlertLists>;
