/** Lists and figures of alerts. */
import { db, type Param } from "@/lib/core/db";
import type { AlertState, Severity } from "./contract";
import { type AlertRow, COLUMNS } from "./store.rows";

/** The owner of the listed alerts: one person, with the staff's as well, or everybody. */
export type View = { user_id: number; staff: boolean; all: boolean };
type Filter = {
  states?: AlertState[];
  severities?: Severity[];
  rule_id?: string;
  bot_id?: string;
  before?: number;
  /** Most severe first, newest first among equals; `before` is then a place of this order. */
  bySeverity?: boolean;
  limit: number;
};

const seen = ({ staff, all }: View) =>
  all ? "CAST($1 AS bigint) IS NOT NULL" : staff ? "(owner_id IS NULL OR owner_id = $1)" : "owner_id = $1";

/** The rank of a severity; 0 is the most severe. */
const RANK = "(CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END)";
const RANKS: Record<Severity, number> = { critical: 0, high: 1, medium: 2, low: 3 };
/** Exceeds every seq, so that rank and seq fit into one number in a cursor. */
const RANK_STEP = 10 ** 14;

/** The cursor of the page after an alert. */
export const placeOf = (row: Pick<AlertRow, "severity" | "seq">, bySeverity: boolean): number =>
  bySeverity ? RANKS[row.severity] * RANK_STEP + row.seq : row.seq;

export function createAlertLists() {
  return {
    /** Newest first. */
    async list(view: View, { states, severities, rule_id, bot_id, before, bySeverity, limit }: Filter) {
      const params: Param[] = [view.user_id, limit + 1];
      const where = [seen(view)];
      const among = (column: string, values: readonly string[]) =>
        where.push(`${column} IN (${values.map((value) => `$${params.push(value)}`).join(", ")})`);
      if (states) among("state", states);
      if (severities) among("severity", severities);
      if (rule_id) where.push(`rule_id = $${params.push(rule_id)}`);
      if (bot_id) where.push(`id IN (SELECT alert_id FROM alert_member WHERE bot_id = $${params.push(bot_id)})`);
      if (before !== undefined) {
        const seq = `$${params.push(before % RANK_STEP)}`;
        const rank = Math.floor(before / RANK_STEP);
        where.push(bySeverity ? `(${RANK} > ${rank} OR (${RANK} = ${rank} AND seq < ${seq}))` : `seq < ${seq}`);
      }
      const rows = await db().all<AlertRow>(
        `SELECT ${COLUMNS} FROM alert WHERE ${where.join(" AND ")} ORDER BY ${bySeverity ? `${RANK}, ` : ""}seq DESC LIMIT $2`,
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
