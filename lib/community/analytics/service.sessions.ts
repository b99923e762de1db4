/** Sessions that are under way: admins see them and end them. */
import { type Actor, asAdmin, type UserActor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import type { ActiveSession } from "./contract";
import type { AppSession } from "./contract.app";
import type { Deps } from "./service.common";
import { IDLE_MS } from "./store";
import type { Running } from "./store.read";

const MAX_SESSIONS = 500;

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

const RECENT = 20;
/** The columns that the app shows, all of them texts. */
const toAppSession = (row: Running, at: number): AppSession => ({
  ...{ username: row.username, role: row.role, discord_id: row.discord_id ?? "legacy_user" },
  ...{ last_seen: iso(row.last_activity), seconds_ago: Math.max(0, Math.round((at - row.last_activity) / 1000)) },
  ...{ ip: row.ip ?? "", user_agent: row.user_agent ?? "", last_endpoint: row.last_endpoint ?? "" },
  ...{ app_version: row.version ?? "", platform: row.platform, device_info: row.device ?? "" },
});

export function createSessions({ store, reader, collector, now, signOut }: Deps) {
  return {
    /** Lists the active sessions, latest first. @throws FORBIDDEN for all but admins */
    async activeSessions(actor: Actor): Promise<{ sessions: ActiveSession[]; count: number }> {
      const caller = asAdmin(actor);
      await collector.flush();
      const { rows, count } = await reader.running(now() - IDLE_MS, MAX_SESSIONS);
      return { sessions: rows.map((row) => toActive(row, caller)), count };
    },

    /** Lists the active sessions with where they come from. @throws FORBIDDEN for all but admins */
    async appSessions(actor: Actor) {
      asAdmin(actor);
      await collector.flush();
      const at = now();
      const { rows, count } = await reader.running(at - IDLE_MS, MAX_SESSIONS);
      const sessions = rows.map((row) => toAppSession(row, at));
      const recent_activity = sessions
        .slice(0, RECENT)
        .map(({ username, last_endpoint, last_seen }) => ({ username, endpoint: last_endpoint, timestamp: last_seen }));
      return { sessions, total_active: count, recent_activity, checked_at: iso(at) };
    },

    /** Returns the people with an active session, and whether it is on a phone. Other rooms call it, so it checks no caller. */
    async present(): Promise<Map<number, { onPhone: boolean }>> {
      const { rows } = await reader.running(now() - IDLE_MS, MAX_SESSIONS);
      const people = new Map<number, { onPhone: boolean }>();
      for (const { user_id, platform } of rows) {
        const onPhone = platform === "android" || platform === "ios" || people.get(user_id)?.onPhone === true;
        people.set(user_id, { onPhone });
      }
      return people;
    },

    /**
     * Ends the sign-in behind a running session.
     *
     * @throws AppError NOT_FOUND  no such session runs
     * @throws AppError CONFLICT   an API key carries it
     */
    async end(actor: Actor, sessionId: string): Promise<void> {
      asAdmin(actor, "admin");
      const found = await store.running(sessionId);
      if (!found) throw new AppError("NOT_FOUND", `There is no active session ${sessionId}`);
      if (!found.login_id)
        throw new AppError("CONFLICT", "This session uses an API key: it ends when its owner revokes the key");
      await signOut(actor, found.login_id);
      await store.endOf({ user_id: found.user_id, session_id: found.login_id });
    },
  };
}
