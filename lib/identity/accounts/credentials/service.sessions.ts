/** Rules of sessions: users list and end their own, admins end those of others. */
import { type Actor, asAdmin, asUser } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import { type Clock, iso } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import type { SessionRow } from "./contract";
import type { AccessStore } from "./store";

export type SessionDeps = {
  access: Pick<AccessStore, "listSessions" | "deleteSession" | "sessionById">;
  emit: Emit;
  now: Clock;
};

export function createSessionService({ access, emit, now }: SessionDeps) {
  return {
    /** The caller's sessions, newest first. */
    async listSessions(actor: Actor): Promise<{ sessions: SessionRow[]; count: number }> {
      const { user_id, session_id } = asUser(actor);
      const found = await access.listSessions(user_id, now());
      const sessions = found.map((session) => ({
        id: session.id,
        created_at: iso(session.created_at),
        last_seen_at: iso(session.last_seen_at),
        expires_at: iso(session.expires),
        ip: session.ip,
        user_agent: session.user_agent,
        current: session.id === session_id,
      }));
      return { sessions, count: sessions.length };
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
