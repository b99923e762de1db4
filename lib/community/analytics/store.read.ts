/** Analytics, read: past days from their sums, the days after them from the sessions. */
import { db } from "@/lib/core/db";
import type { Platform } from "./contract";
import { addDays, startOf } from "./days";
import { ALL, type Figures, figures } from "./store.figures";

const SUMS =
  "CAST(SUM(sessions) AS BIGINT) AS sessions, CAST(SUM(actions) AS BIGINT) AS actions, CAST(SUM(views) AS BIGINT) AS views";
/** Longest lists of a report. */
const MAX_FEATURES = 50;
const MAX_ACTIONS = 10;

type DayRow = Omit<Figures, "feature" | "platform">;
type Sum = { sessions: number; actions: number; views: number };
export type Running = {
  id: string;
  user_id: number;
  username: string;
  platform: Platform;
  device: string | null;
  version: string | null;
  started_at: number;
  last_activity: number;
  login_id: string | null;
  key_id: string | null;
};

export function createAnalyticsReader() {
  /** The summed-up part of a span, and the rest computed now. */
  async function parts(from: string, to: string, rolled: string | null) {
    const summedTo = rolled !== null && rolled < to ? rolled : to;
    const liveFrom = rolled !== null && rolled >= from ? addDays(rolled, 1) : from;
    return {
      summed: rolled !== null && rolled >= from ? { from, to: summedTo } : null,
      live: liveFrom <= to ? await figures(db(), liveFrom, to) : [],
    };
  }

  /** Sums grouped by a column of analytics_day. */
  async function grouped(column: "platform" | "feature", summed: { from: string; to: string } | null) {
    const other = column === "platform" ? `feature = '${ALL}' AND platform <> '${ALL}'` : `feature <> '${ALL}'`;
    return summed
      ? db().all<Sum & { name: string }>(
          `SELECT ${column} AS name, ${SUMS} FROM analytics_day WHERE day >= $1 AND day <= $2 AND ${other} GROUP BY ${column}`,
          [summed.from, summed.to],
        )
      : [];
  }

  function merged(rows: (Sum & { name: string })[]): (Sum & { name: string })[] {
    const by = new Map<string, Sum & { name: string }>();
    for (const { name, sessions, actions, views } of rows) {
      const sum = by.get(name) ?? { name, sessions: 0, actions: 0, views: 0 };
      by.set(name, {
        name,
        sessions: sum.sessions + sessions,
        actions: sum.actions + actions,
        views: sum.views + views,
      });
    }
    return [...by.values()].sort(
      (a, b) => b.sessions - a.sessions || b.actions + b.views - (a.actions + a.views) || (a.name < b.name ? -1 : 1),
    );
  }

  return {
    /** Everything of a span but its distinct people; days without use have no row. Days are in order. */
    async span(from: string, to: string, rolled: string | null) {
      const { summed, live } = await parts(from, to, rolled);
      const past = summed
        ? await db().all<DayRow>(
            `SELECT day, users, sessions, seconds, actions, views FROM analytics_day
             WHERE day >= $1 AND day <= $2 AND feature = '${ALL}' AND platform = '${ALL}' ORDER BY day`,
            [summed.from, summed.to],
          )
        : [];
      const today = live.filter((row) => row.feature === ALL && row.platform === ALL);
      const named = (rows: Figures[], column: "platform" | "feature") =>
        rows.map((row) => ({ name: row[column], sessions: row.sessions, actions: row.actions, views: row.views }));
      return {
        days: [...past, ...today.sort((a, b) => (a.day < b.day ? -1 : 1))],
        platforms: merged([
          ...(await grouped("platform", summed)),
          ...named(
            live.filter((row) => row.feature === ALL && row.platform !== ALL),
            "platform",
          ),
        ]),
        features: merged([
          ...(await grouped("feature", summed)),
          ...named(
            live.filter((row) => row.feature !== ALL),
            "feature",
          ),
        ]).slice(0, MAX_FEATURES),
      };
    },

    /** The first day anything is known of. */
    async firstDay(): Promise<string | null> {
      const [row] = await db().all<{ past: string | null; now: string | null }>(
        "SELECT (SELECT MIN(day) FROM analytics_day) AS past, (SELECT MIN(day) FROM analytics_session) AS now",
      );
      return [row?.past, row?.now].filter((day) => day != null).sort()[0] ?? null;
    },

    /** People seen on `day` or later. */
    async activeSince(day: string): Promise<number> {
      const [row] = await db().all<{ n: number }>("SELECT COUNT(*) AS n FROM analytics_user WHERE last_seen >= $1", [
        startOf(day),
      ]);
      return row!.n;
    },

    /** Distinct people of past days, from their sessions. */
    async activeBetween(from: string, to: string): Promise<number> {
      const [row] = await db().all<{ n: number }>(
        "SELECT COUNT(DISTINCT user_id) AS n FROM analytics_session WHERE day >= $1 AND day <= $2",
        [from, to],
      );
      return row!.n;
    },

    async users(): Promise<number> {
      return (await db().all<{ n: number }>('SELECT COUNT(*) AS n FROM "user"'))[0]!.n;
    },

    /** The most frequent actions since `from`, in the sessions that are kept. */
    topActions: (from: string): Promise<{ feature: string; action: string; count: number }[]> =>
      db().all(
        `SELECT u.feature, u.action, CAST(SUM(u.count) AS BIGINT) AS count
         FROM analytics_use u JOIN analytics_session s ON s.id = u.session_id
         WHERE s.day >= $1 AND u.action <> 'view' GROUP BY u.feature, u.action ORDER BY count DESC, u.action LIMIT ${MAX_ACTIONS}`,
        [from],
      ),

    /** Sessions with a request since `since` (epoch ms), the latest first, and how many there are. */
    async running(since: number, limit: number): Promise<{ rows: Running[]; count: number }> {
      const open = "s.open_key IS NOT NULL AND s.last_activity >= $1";
      const rows = await db().all<Running>(
        `SELECT s.id, s.user_id, u.username, s.platform, s.device, s.version, s.started_at, s.last_activity, s.login_id, s.key_id
         FROM analytics_session s JOIN "user" u ON u.id = s.user_id WHERE ${open}
         ORDER BY s.last_activity DESC, s.id LIMIT $2`,
        [since, limit],
      );
      const [all] = await db().all<{ n: number }>(`SELECT COUNT(*) AS n FROM analytics_session s WHERE ${open}`, [
        since,
      ]);
      return { rows, count: all!.n };
    },

    /** When each user was last here (epoch ms), by user's id; of those named, or of all. */
    async lastSeen(userId?: number): Promise<Map<number, number>> {
      const rows = await db().all<{ user_id: number; last_seen: number }>(
        `SELECT user_id, last_seen FROM analytics_user${userId === undefined ? "" : " WHERE user_id = $1"}`,
        userId === undefined ? [] : [userId],
      );
      return new Map(rows.map((row) => [row.user_id, row.last_seen]));
    },
  };
}

export type AnalyticsReader = ReturnType<typeof createAnalyticsReader>;
