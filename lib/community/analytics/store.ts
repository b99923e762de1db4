/** Writes sessions and the actions in them. */

import {
  changeSetting,
  createRoomSetting,
  type Queries,
  query,
  readSetting,
  takeCommitTurn,
  transaction,
} from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import { keepUser } from "@/lib/identity/accounts";
import type { Client } from "./client";
import { AnalyticsSettings } from "./contract";
import { DEFAULT_SETTINGS } from "./contract.constants";
import { addDays, startOf } from "./days";
import { figures } from "./store.figures";

/** The figures that one process gathered for one session since its last write. */
export type Stretch = Client & {
  /** Identifies the session: day, credential and platform. */
  key: string;
  user_id: number;
  login_id: string | null;
  key_id: string | null;
  day: string;
  /** The route of the last request, if one was served since the last write. */
  endpoint: string | null;
  /** Epoch ms. */
  first: number;
  last: number;
  /** "feature\naction" → how often. */
  uses: Map<string, number>;
};

/** A session without a request for so long is over. */
export const IDLE_MS = 30 * 60_000;
/** The last day that was summed up. */
const rolledDay = createRoomSetting("analytics_rolled");
const SETTINGS = "analytics";

const ending = (queries: Queries) =>
  queries
    .updateTable("analytics_session")
    .set((eb) => ({ ended_at: eb.ref("last_activity"), open_key: null }))
    .where("open_key", "is not", null);

/**
 * Adds one process's figures to their session, or begins a session. Figures of a user who was deleted meanwhile are
 * dropped.
 */
async function add(trx: Queries, newId: () => string, stretch: Stretch): Promise<void> {
  const { key, user_id, first, last, login_id, key_id, day, platform, device, version, endpoint } = stretch;
  await ending(trx)
    .where("open_key", "=", key)
    .where("last_activity", "<", first - IDLE_MS)
    .execute();
  if (!(await keepUser(trx, user_id))) return;
  const session = await trx
    .insertInto("analytics_session")
    .values({
      ...{ id: newId(), open_key: key, user_id, login_id, key_id, day, platform, device, version },
      ...{ started_at: first, last_activity: last, last_endpoint: endpoint },
    })
    .onConflict((open) =>
      open.column("open_key").doUpdateSet((eb) => ({
        last_activity: eb
          .case()
          .when("excluded.last_activity", ">", eb.ref("analytics_session.last_activity"))
          .then(eb.ref("excluded.last_activity"))
          .else(eb.ref("analytics_session.last_activity"))
          .end(),
        device: eb.fn.coalesce("excluded.device", "analytics_session.device"),
        version: eb.fn.coalesce("excluded.version", "analytics_session.version"),
        last_endpoint: eb.fn.coalesce("excluded.last_endpoint", "analytics_session.last_endpoint"),
      })),
    )
    .returning("id")
    .executeTakeFirstOrThrow();
  for (const [use, count] of stretch.uses) {
    const [feature = "", action = ""] = use.split("\n");
    await trx
      .insertInto("analytics_use")
      .values({ session_id: session.id, feature, action, count })
      .onConflict((known) =>
        known
          .columns(["session_id", "feature", "action"])
          .doUpdateSet((eb) => ({ count: eb("analytics_use.count", "+", eb.ref("excluded.count")) })),
      )
      .execute();
  }
  await trx
    .insertInto("analytics_user")
    .values({ user_id, first_seen: first, last_seen: last })
    .onConflict((known) =>
      known.column("user_id").doUpdateSet({ last_seen: last }).where("analytics_user.last_seen", "<", last),
    )
    .execute();
}

/** Counts figures that arrive after their day was summed up with the first day that is not. */
function notBefore(rolled: string | null, stretch: Stretch): Stretch {
  if (rolled === null || stretch.day > rolled) return stretch;
  const day = addDays(rolled, 1);
  return { ...stretch, day, key: day + stretch.key.slice(day.length), first: startOf(day), last: startOf(day) };
}

/** Writes the figures in one transaction, all or none. */
const record = (newId: () => string, stretches: Stretch[]): Promise<void> =>
  transaction(async (trx) => {
    await takeCommitTurn(trx);
    const rolled = await rolledDay.read(trx);
    for (const stretch of stretches) await add(trx, newId, notBefore(rolled, stretch));
  });

/** Ends the sessions that were silent since `before` (epoch ms). */
async function endIdle(before: number): Promise<void> {
  const idle = await query()
    .selectFrom("analytics_session")
    .select("id")
    .where("open_key", "is not", null)
    .where("last_activity", "<", before)
    .limit(1)
    .executeTakeFirst();
  if (idle) await ending(query()).where("last_activity", "<", before).execute();
}

/** Ends the running sessions of a sign-in, a key, or (with neither) a user. */
async function endOf({
  user_id,
  session_id,
  key_id,
}: {
  user_id: number;
  session_id?: string;
  key_id?: string;
}): Promise<void> {
  await ending(query())
    .where("user_id", "=", user_id)
    .$if(session_id !== undefined, (sessions) => sessions.where("login_id", "=", session_id!))
    .$if(session_id === undefined && key_id !== undefined, (sessions) => sessions.where("key_id", "=", key_id!))
    .execute();
}

/** Returns the first day before `limit` that has sessions and is not summed up yet. */
async function findDueDay(limit: string): Promise<string | null> {
  const rolled = (await rolledDay.read()) ?? "";
  const { day } = await query()
    .selectFrom("analytics_session")
    .select((eb) => eb.fn.min<string | null>("day").as("day"))
    .where("day", ">", rolled)
    .where("day", "<", limit)
    .executeTakeFirstOrThrow();
  return day;
}

/**
 * Sums up a day once: if several processes try, one does it and the others find it done.
 * @returns whether this call did it
 */
const rollUp = (day: string): Promise<boolean> =>
  transaction(async (trx) => {
    await takeCommitTurn(trx);
    const rolled = await rolledDay.read(trx);
    if (rolled !== null && rolled >= day) return false;
    await ending(trx).where("day", "<=", day).execute();
    for (const row of await figures(trx, day, day))
      await trx
        .insertInto("analytics_day")
        .values(row)
        .onConflict((known) => known.columns(["day", "feature", "platform"]).doNothing())
        .execute();
    await rolledDay.write(day, trx);
    return true;
  });

/** Removes up to `limit` sessions of days before `day` whose totals are stored. Returns how many it removed. */
const removeBefore = (day: string, limit: number): Promise<number> =>
  transaction(async (trx) => {
    await takeCommitTurn(trx);
    const rolled = await rolledDay.read(trx);
    if (rolled === null) return 0;
    const open = addDays(rolled, 1);
    const old = trx
      .selectFrom("analytics_session")
      .select("id")
      .where("day", "<", day < open ? day : open)
      .orderBy("day")
      .limit(limit);
    const { numDeletedRows } = await trx.deleteFrom("analytics_session").where("id", "in", old).executeTakeFirst();
    return Number(numDeletedRows);
  });

/** The stored settings, with defaults for those that were never set. */
async function readSettings(): Promise<AnalyticsSettings & { version: number }> {
  const { value, version } = await readSetting(SETTINGS);
  const stored = value === undefined ? undefined : AnalyticsSettings.safeParse(readJson(value)).data;
  return { ...(stored ?? DEFAULT_SETTINGS), version };
}

/** @returns the new version; undefined when another than `expected` is stored */
async function saveSettings(settings: AnalyticsSettings, expected?: number): Promise<number | undefined> {
  return (await changeSetting(SETTINGS, () => JSON.stringify(settings), expected))?.version;
}

/** The sign-in behind a running session; null when there is no such session. */
async function findRunning(id: string): Promise<{ user_id: number; login_id: string | null } | null> {
  const session = await query()
    .selectFrom("analytics_session")
    .select(["user_id", "login_id"])
    .where("id", "=", id)
    .where("open_key", "is not", null)
    .executeTakeFirst();
  return session ?? null;
}

export const createAnalyticsStore = (newId: () => string) => ({
  record: (stretches: Stretch[]) => record(newId, stretches),
  endIdle,
  endOf,
  /** The last day that was summed up. */
  rolled: () => rolledDay.read(),
  dueDay: findDueDay,
  rollUp,
  removeBefore,
  settings: readSettings,
  saveSettings,
  running: findRunning,
});

export type AnalyticsStore = ReturnType<typeof createAnalyticsStore>;
