/** Sums over single sessions: the same for a day that is summed up for good and for a day that is still running. */
import type { Sql } from "@/lib/core/db";

export const ALL = "*";
export type Figures = {
  day: string;
  /** "*" is all of them. */
  feature: string;
  platform: string;
  /** Distinct people; 0 where feature is not "*". */
  users: number;
  sessions: number;
  seconds: number;
  actions: number;
  views: number;
};

const SESSIONS =
  "COUNT(DISTINCT user_id) AS users, COUNT(*) AS sessions, CAST(SUM((last_activity - started_at) / 1000) AS BIGINT) AS seconds";
type Use = Pick<Figures, "day" | "feature" | "platform" | "actions" | "views">;

/** Rows of the days `from` to `to`, both included: per day, per day and platform, and per day, platform and feature. */
export async function figures(tx: Sql, from: string, to: string): Promise<Figures[]> {
  const rows = new Map<string, Figures>();
  const row = (day: string, feature: string, platform: string): Figures => {
    const key = `${day} ${feature} ${platform}`;
    const known = rows.get(key);
    if (known) return known;
    const fresh = { day, feature, platform, users: 0, sessions: 0, seconds: 0, actions: 0, views: 0 };
    rows.set(key, fresh);
    return fresh;
  };
  for (const group of ["day", "day, platform"]) {
    const counted = await tx.all<Omit<Figures, "actions" | "views" | "feature"> & { platform?: string }>(
      `SELECT ${group}, ${SESSIONS} FROM analytics_session WHERE day >= $1 AND day <= $2 GROUP BY ${group}`,
      [from, to],
    );
    for (const { day, platform = ALL, users, sessions, seconds } of counted)
      Object.assign(row(day, ALL, platform), { users, sessions, seconds });
  }
  const uses = await tx.all<Use>(
    `SELECT s.day, s.platform, u.feature,
       CAST(SUM(CASE WHEN u.action = 'view' THEN 0 ELSE u.count END) AS BIGINT) AS actions,
       CAST(SUM(CASE WHEN u.action = 'view' THEN u.count ELSE 0 END) AS BIGINT) AS views
     FROM analytics_use u JOIN analytics_session s ON s.id = u.session_id
     WHERE s.day >= $1 AND s.day <= $2 GROUP BY s.day, s.platform, u.feature`,
    [from, to],
  );
  for (const { day, platform, feature, actions, views } of uses)
    for (const sum of [row(day, feature, platform), row(day, ALL, platform), row(day, ALL, ALL)]) {
      sum.actions += actions;
      sum.views += views;
    }
  return [...rows.values()];
}
