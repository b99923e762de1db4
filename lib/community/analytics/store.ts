/**
 * Sessions and what was done in them, written. Statements serve both databases; values of an INSERT … SELECT are cast,
 * as PostgreSQL cannot tell their types there.
 */

import { changeSetting, db, readSetting, type Sql, takeTurn } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import type { Client } from "./client";
import { AnalyticsSettings } from "./contract";
import { DEFAULT_SETTINGS } from "./contract.constants";
import { addDays, startOf } from "./days";
import { figures } from "./store.figures";

/** The figures that one process gathered for one session since its last write. */
export type Stretch = Client & {
  /** Day, credential and platform. */
  key: string;
  user_id: number;
  login_id: string | null;
  key_id: string | null;
  day: string;
  /** Epoch ms. */
  first: number;
  last: number;
  /** "feature\naction" → how often. */
  uses: Map<string, number>;
};

/** A session without a request for so long is over. */
export const IDLE_MS = 30 * 60_000;
const ROLLED = "analytics_rolled";
const SETTINGS = "analytics";

async function setting(tx: Sql, key: string): Promise<string | null> {
  const [row] = await tx.all<{ value: string }>("SELECT value FROM setting WHERE key = $1", [key]);
  return row?.value ?? null;
}

const putSetting = (tx: Sql, key: string, value: string) =>
  tx.run("INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value", [
    key,
    value,
  ]);

const END = "ended_at = last_activity, open_key = NULL";
const larger = (column: string, table: string) =>
  `CASE WHEN excluded.${column} > ${table}.${column} THEN excluded.${column} ELSE ${table}.${column} END`;

/** Adds one stretch to its session, or begins one. A user deleted meanwhile leaves no trace. */
async function add(tx: Sql, newId: () => string, stretch: Stretch): Promise<void> {
  const { key, user_id, first, last } = stretch;
  await tx.run(`UPDATE analytics_session SET ${END} WHERE open_key = $1 AND last_activity < $2`, [
    key,
    first - IDLE_MS,
  ]);
  const [session] = await tx.all<{ id: string }>(
    `INSERT INTO analytics_session
       (id, open_key, user_id, login_id, key_id, day, platform, device, version, started_at, last_activity)
     SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS INTEGER), CAST($4 AS TEXT), CAST($5 AS TEXT),
       CAST($6 AS TEXT), CAST($7 AS TEXT), CAST($8 AS TEXT), CAST($9 AS TEXT), CAST($10 AS BIGINT), CAST($11 AS BIGINT)
     WHERE EXISTS (SELECT 1 FROM "user" WHERE id = CAST($3 AS INTEGER))
     ON CONFLICT (open_key) DO UPDATE SET
       last_activity = ${larger("last_activity", "analytics_session")},
       device = COALESCE(excluded.device, analytics_session.device),
       version = COALESCE(excluded.version, analytics_session.version)
     RETURNING id`,
    [
      ...[newId(), key, user_id, stretch.login_id, stretch.key_id, stretch.day],
      ...[stretch.platform, stretch.device, stretch.version, first, last],
    ],
  );
  if (!session) return;
  for (const [use, count] of stretch.uses) {
    const [feature = "", action = ""] = use.split("\n");
    await tx.run(
      `INSERT INTO analytics_use (session_id, feature, action, count) VALUES ($1, $2, $3, $4)
       ON CONFLICT (session_id, feature, action) DO UPDATE SET count = analytics_use.count + excluded.count`,
      [session.id, feature, action, count],
    );
  }
  await tx.run(
    `INSERT INTO analytics_user (user_id, first_seen, last_seen) VALUES ($1, $2, $3)
     ON CONFLICT (user_id) DO UPDATE SET last_seen = ${larger("last_seen", "analytics_user")}`,
    [user_id, first, last],
  );
}

/** Counts a late arrival, whose day is already summed up, with the first day that is not. */
function notBefore(rolled: string | null, stretch: Stretch): Stretch {
  if (rolled === null || stretch.day > rolled) return stretch;
  const day = addDays(rolled, 1);
  return { ...stretch, day, key: day + stretch.key.slice(day.length), first: startOf(day), last: startOf(day) };
}

export function createAnalyticsStore(newId: () => string) {
  return {
    /** Writes stretches in one transaction: all or none. */
    record: (stretches: Stretch[]): Promise<void> =>
      db().write(async (tx) => {
        await takeTurn(tx);
        const rolled = await setting(tx, ROLLED);
        for (const stretch of stretches) await add(tx, newId, notBefore(rolled, stretch));
      }),

    /** Ends the sessions that were silent since `before` (epoch ms). */
    async endIdle(before: number): Promise<void> {
      const idle = "open_key IS NOT NULL AND last_activity < $1";
      const [one] = await db().all(`SELECT 1 AS one FROM analytics_session WHERE ${idle} LIMIT 1`, [before]);
      if (one) await db().run(`UPDATE analytics_session SET ${END} WHERE ${idle}`, [before]);
    },

    /** Ends the running sessions of a sign-in, a key, or (with neither) a user. */
    async endOf(ended: { user_id: number; session_id?: string; key_id?: string }): Promise<void> {
      const { user_id, session_id, key_id } = ended;
      const [column, value] = session_id ? ["login_id", session_id] : key_id ? ["key_id", key_id] : [];
      await db().run(
        `UPDATE analytics_session SET ${END} WHERE user_id = $1 AND open_key IS NOT NULL${column ? ` AND ${column} = $2` : ""}`,
        value === undefined ? [user_id] : [user_id, value],
      );
    },

    /** The last day that was summed up. */
    rolled: (): Promise<string | null> => setting(db(), ROLLED),

    /** The first day before `limit` that has sessions and was not summed up yet. */
    async dueDay(limit: string): Promise<string | null> {
      const rolled = (await setting(db(), ROLLED)) ?? "";
      const [row] = await db().all<{ day: string | null }>(
        "SELECT MIN(day) AS day FROM analytics_session WHERE day > $1 AND day < $2",
        [rolled, limit],
      );
      return row?.day ?? null;
    },

    /**
     * Sums a day up, once: of several processes, or of a second run, one does it and the others find it done.
     * @returns whether this call did it
     */
    rollUp: (day: string): Promise<boolean> =>
      db().write(async (tx) => {
        await takeTurn(tx);
        const rolled = await setting(tx, ROLLED);
        if (rolled !== null && rolled >= day) return false;
        await tx.run(`UPDATE analytics_session SET ${END} WHERE day <= $1 AND open_key IS NOT NULL`, [day]);
        for (const row of await figures(tx, day, day))
          await tx.run(
            `INSERT INTO analytics_day (day, feature, platform, users, sessions, seconds, actions, views)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (day, feature, platform) DO NOTHING`,
            [row.day, row.feature, row.platform, row.users, row.sessions, row.seconds, row.actions, row.views],
          );
        await putSetting(tx, ROLLED, day);
        return true;
      }),

    /** Removes up to `limit` sessions of summed-up days before `day`. How many it removed. */
    removeBefore: (day: string, limit: number): Promise<number> =>
      db().write(async (tx) => {
        await takeTurn(tx);
        const rolled = await setting(tx, ROLLED);
        if (rolled === null) return 0;
        const open = addDays(rolled, 1);
        const before = day < open ? day : open;
        return tx.run(
          "DELETE FROM analytics_session WHERE id IN (SELECT id FROM analytics_session WHERE day < $1 ORDER BY day LIMIT $2)",
          [before, limit],
        );
      }),

    /** The stored settings, with defaults for those that were never set. */
    async settings(): Promise<AnalyticsSettings & { version: number }> {
      const { value, version } = await readSetting(SETTINGS);
      const stored = value === undefined ? undefined : AnalyticsSettings.safeParse(readJson(value)).data;
      return { ...(stored ?? DEFAULT_SETTINGS), version };
    },
    /** @returns the new version; undefined when another than `expected` is stored */
    async saveSettings(settings: AnalyticsSettings, expected?: number): Promise<number | undefined> {
      return (await changeSetting(SETTINGS, () => JSON.stringify(settings), expected))?.version;
    },

    /** The sign-in behind a running session; null when there is no such session. */
    async running(id: string): Promise<{ user_id: number; login_id: string | null } | null> {
      const [row] = await db().all<{ user_id: number; login_id: string | null }>(
        "SELECT user_id, login_id FROM analytics_session WHERE id = $1 AND open_key IS NOT NULL",
        [id],
      );
      return row ?? null;
    },
  };
}

export type AnalyticsStore = ReturnType<typeof createAnalyticsStore>;
