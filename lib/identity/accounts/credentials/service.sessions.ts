/** Rules of sessions: users list and end their own, admins end those of others. */

import { type Actor, asAdmin, asUser } from "@/lib/core/actor";
import { accountTarget, describeAct } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import { type Clock, iso } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import type { SessionRow } from "./contract";
import { endOf, type SessionLimits } from "./limits";
import type { AccessStore } from "./store";

export type SessionDeps = {
  access: Pick<AccessStore, "listSessions" | "deleteSession" | "deleteSessions" | "sessionById">;
  policy: () => Promise<SessionLimits>;
  emit: Emit;
  now: Clock;
};

type Stored = Awaited<ReturnType<AccessStore["listSessions"]>>[number];

/** A session as lists show it; `currentId` is the session that asks. */
export const toSession = (session: Stored, currentId: string | undefined): SessionRow => ({
  id: session.id,
  created_at: iso(session.created_at),
  last_seen_at: iso(session.last_seen_at),
  expires_at: iso(session.expires),
  ip: session.ip,
  user_agent: session.user_agent,
  current: session.id === currentId,
});

/** The sessions that still go on, with the time at which the policy ends each. */
export async function lastingSessions(
  { access, policy, now }: Pick<SessionDeps, "access" | "policy" | "now">,
  userId: number,
): Promise<Stored[]> {
  const [found, limits] = await Promise.all([access.listSessions(userId, now()), policy()]);
  const ends = found.map((session) => endOf({ ...session, signed_in_at: session.created_at }, limits));
  return found.flatMap((session, at) => (ends[at]! > now() ? [{ ...session, expires: ends[at]! }] : []));
}

export function createSessionService(deps: SessionDeps) {
  const { access, emit } = deps;
  return {
    /** The caller's sessions, newest first. */
    async listSessions(actor: Actor): Promise<{ sessions: SessionRow[]; count: number }> {
      const { user_id, session_id } = asUser(actor);
      const sessions = (await lastingSessions(deps, user_id)).map((session) => toSession(session, session_id));
      return { sessions, count: sessions.length };
    },

    /** Ends the caller's sessions, by request all but the one that asks. @returns how many ended */
    async endSessions(actor: Actor, { keep_current }: { keep_current: boolean }): Promise<number> {
      const { user_id, username, session_id } = asUser(actor, "admin");
      describeAct({ target: accountTarget({ id: user_id, username }) });
      const ended = await access.deleteSessions(user_id, keep_current ? session_id : undefined);
      for (const one of ended) emit("access.revoked", { user_id, session_id: one });
      logSecurity("session_ended", { ...actorFields(actor), ended: ended.length });
      return ended.length;
    },

    /** Ends one of the caller's sessions. @throws NOT_FOUND for anybody else's too */
    async revokeSession(actor: Actor, sessionId: string): Promise<void> {
      const { user_id } = asUser(actor, "admin");
      if (!(await access.deleteSession(user_id, sessionId)))
        throw new AppError("NOT_FOUND", `You have no session ${sessionId}`);
      emit("access.revoked", { user_id, session_id: sessionId });
      logSecurity("session_ended", { ...actorFields(actor), ended_session_id: sessionId });
    },

    /** Ends the session of any user; does nothing if it has ended already. @throws FORBIDDEN unless an admin asks */
    async endSession(actor: Actor, sessionId: string): Promise<void> {
      asAdmin(actor, "admin");
      const found = await access.sessionById(sessionId);
      if (!found || !(await access.deleteSession(found.user.id, sessionId))) return;
      emit("access.revoked", { user_id: found.user.id, session_id: sessionId });
      logSecurity("session_ended", { ...actorFields(actor), user_id: found.user.id, ended_session_id: sessionId });
    },
  };
}
