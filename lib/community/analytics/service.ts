/** Rules of analytics: staff read the figures, admins see who is here and may sign them out (document 003 "Analytics"). */
import { type Actor, asAdmin, asUser, type UserActor } from "@/lib/core/actor";
import { type Clock, iso } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { staleUpdate } from "@/lib/core/versions";
import type { Collector } from "./collector";
import type { ActiveSession, Analytics, AnalyticsSettings } from "./contract";
import { addDays, dayOf } from "./days";
import { type Download, download } from "./export";
import { actionOf, featureOfPage } from "./features";
import { bucketOf, seriesOf, totals } from "./report";
import { type AnalyticsStore, IDLE_MS } from "./store";
import type { AnalyticsReader, Running } from "./store.read";

type Deps = {
  store: AnalyticsStore;
  reader: AnalyticsReader;
  collector: Collector;
  now: Clock;
  /** Ends a sign-in of any user; false when it was over already. */
  signOut: (actor: Actor, loginId: string) => Promise<void>;
};

const MAX_SESSIONS = 500;
type Header = (name: string) => string | undefined;

/** @throws AppError UNAUTHORIZED, FORBIDDEN for all but staff */
function asStaff(actor: Actor): UserActor {
  const user = asUser(actor);
  if (user.role === "user") throw new AppError("FORBIDDEN", "Only staff may read analytics");
  return user;
}

const toActive = (row: Running, caller: UserActor): ActiveSession => ({
  session_id: row.id,
  user_id: String(row.user_id),
  username: row.username,
  platform: row.platform,
  device: row.device,
  version: row.version,
  started_at: iso(row.started_at),
  last_activity: iso(row.last_activity),
  duration: Math.round((row.last_activity - row.started_at) / 1000),
  credential: row.login_id ? "session" : "api_key",
  current: row.login_id !== null && row.login_id === caller.session_id,
});

export function createAnalyticsService({ store, reader, collector, now, signOut }: Deps) {
  /** The figures of the last `days` UTC days, today included; of all time for 0. `daily`: never by weeks. */
  async function report(actor: Actor, days: number, { daily = false } = {}): Promise<Analytics> {
    asStaff(actor);
    await collector.flush();
    const to = dayOf(now());
    const from = days > 0 ? addDays(to, 1 - days) : ((await reader.firstDay()) ?? to);
    const rolled = await store.rolled();
    const { days: rows, platforms, features } = await reader.span(from, to, rolled);
    const bucket = daily ? "day" : bucketOf(from, to);
    return {
      total_users: await reader.users(),
      active_users_7d: await reader.activeSince(addDays(to, -6)),
      ...totals(rows),
      active_users: await reader.activeSince(from),
      days,
      from,
      to,
      previous: days > 0 ? await before(from, days, rolled) : null,
      bucket,
      series: seriesOf(rows, from, to, bucket === "week"),
      platforms: platforms.map(({ name, sessions, actions }) => ({
        platform: name as Running["platform"],
        sessions,
        actions,
      })),
      features: features.map(({ name, actions, views }) => ({ feature: name, actions, page_views: views })),
      top_actions: await reader.topActions(from),
    };
  }

  /** The same number of days before `from`. */
  async function before(from: string, days: number, rolled: string | null): Promise<Analytics["previous"]> {
    const start = addDays(from, -days);
    const { days: rows } = await reader.span(start, addDays(from, -1), rolled);
    const { keep_days } = await store.settings();
    const kept = start > addDays(dayOf(now()), -keep_days);
    return { active_users: kept ? await reader.activeBetween(start, addDays(from, -1)) : null, ...totals(rows) };
  }

  /** Lists the active sessions, latest first. @throws FORBIDDEN for all but admins */
  async function activeSessions(actor: Actor): Promise<{ sessions: ActiveSession[]; count: number }> {
    const caller = asAdmin(actor);
    await collector.flush();
    const { rows, count } = await reader.running(now() - IDLE_MS, MAX_SESSIONS);
    return { sessions: rows.map((row) => toActive(row, caller)), count };
  }

  /**
   * Ends the sign-in behind a running session.
   *
   * @throws AppError NOT_FOUND  no such session runs
   * @throws AppError CONFLICT   an API key carries it
   */
  async function end(actor: Actor, sessionId: string): Promise<void> {
    asAdmin(actor, "admin");
    const found = await store.running(sessionId);
    if (!found) throw new AppError("NOT_FOUND", `There is no active session ${sessionId}`);
    if (!found.login_id)
      throw new AppError("CONFLICT", "This session uses an API key: it ends when its owner revokes the key");
    await signOut(actor, found.login_id);
    await store.endOf({ user_id: found.user_id, session_id: found.login_id });
  }

  return {
    report,
    activeSessions,
    end,

    /** Notes that a person is here, and with which client. Costs a look-up in memory. */
    seen: (actor: UserActor, header: Header): void => collector.seen(actor, header),

    /** Counts a request that a person made and that was served, if it changes something. */
    acted(actor: UserActor, method: string, pattern: string): void {
      if (method === "GET" || method === "HEAD") return;
      const { feature, action } = actionOf(method, pattern);
      if (feature !== "analytics") collector.track(actor, feature, action);
    },

    /** Counts something a person did that no request tells of. Bots are not counted. */
    track(actor: Actor, feature: string, action: string): void {
      if (actor.kind === "user")
        collector.track(actor, cutText(feature, 40, ""), cutText(action, 80, "").replaceAll("\n", " "));
    },

    /** A page of the console was opened. Not counted for who asks not to be tracked. */
    viewed(actor: Actor, path: string, header: Header): void {
      if (header("dnt") === "1" || header("sec-gpc") === "1") return;
      collector.track(asUser(actor), featureOfPage(path), "view");
    },

    /** When each user was last here (epoch ms), by id. */
    async lastSeen(userId?: number): Promise<Map<number, number>> {
      await collector.flush();
      return reader.lastSeen(userId);
    },

    /** @throws FORBIDDEN for all but staff */
    async settings(actor: Actor): Promise<AnalyticsSettings & { version: number }> {
      asStaff(actor);
      return store.settings();
    },

    /**
     * @param edited  the version they were edited from, if it must still be stored
     * @throws FORBIDDEN for all but admins; CONFLICT another version is stored
     */
    async putSettings(actor: Actor, settings: AnalyticsSettings, edited?: number) {
      asAdmin(actor, "admin");
      const changed = await store.saveSettings(settings, edited);
      if (changed !== undefined) return { ...settings, version: changed };
      const { version, ...value } = await store.settings();
      throw staleUpdate("The analytics settings", { version, value }, edited!, settings);
    },

    /** The figures of a span as a file. @throws FORBIDDEN for all but staff */
    async export(actor: Actor, query: { days: number; format: "csv" | "json"; bom: boolean }): Promise<Download> {
      return download(await report(actor, query.days, { daily: true }), query.format, iso(now()), query.bom);
    },
  };
}
