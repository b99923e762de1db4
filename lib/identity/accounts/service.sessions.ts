/** Sessions of people: how they begin, are renewed and end. */
import type { z } from "zod";
import { type Actor, asUser } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { logSecurity } from "@/lib/core/log/security-log";
import { permissionsOf } from "@/lib/identity/access";
import type { login as Login } from "./contract";
import type { AccessStore } from "./credentials/store";
import { signJwt } from "./sign-in/jwt";
import type { UserStore } from "./store";
import { toPublicUser, type UserRecord } from "./store.rows";

/** Sessions end after seven days, however often they are used. */
export const SESSION_MS = 7 * 86_400_000;
const MAX_SESSIONS = 100;
/** Refreshing cannot prolong a sign-in beyond this time. */
const REFRESH_MS = 30 * 86_400_000;

/** The origin of a sign-in request, kept with its session. */
export type Client = {
  ip: string;
  userAgent?: string;
  /** Cookies of this device for accounts it has signed in to. */
  devices?: readonly string[];
};
export type SignedIn = {
  reply: z.infer<typeof Login.response>;
  sessionToken: string;
  /**
   * The cookie that makes the device known to the account; absent when it is known already, or when no password was
   * used.
   */
  device?: string;
};

export type SessionDeps = {
  users: Pick<UserStore, "discordId">;
  access: Pick<AccessStore, "insertSession" | "deleteSession" | "sessionById">;
  emit: Emit;
  now: Clock;
  newId: (prefix: string) => string;
  newToken: () => string;
  hash: (token: string) => string;
};

/**
 * Starts a session with an id and token of its own.
 *
 * @param since when the person signed in, if the session continues another one
 * @throws AppError UNAUTHORIZED  the account was deleted meanwhile
 */
async function startSession(
  { users, access, emit, now, newId, newToken, hash }: SessionDeps,
  user: UserRecord,
  client: Client,
  message: string,
  since?: number,
): Promise<SignedIn> {
  const at = now();
  const sessionToken = newToken();
  const session = {
    ...{ id: newId("ses"), session_token: hash(sessionToken), user_id: user.id },
    ...{ created_at: since ?? at, last_seen_at: at, expires: at + SESSION_MS },
    ip: cutText(client.ip, 64, ""),
    user_agent: client.userAgent ? cutText(client.userAgent, 256, "") : null,
  };
  const ended = await access.insertSession(session, MAX_SESSIONS);
  if (!ended) throw new AppError("UNAUTHORIZED", "This account no longer exists");
  const signedIn = { user_id: user.id, username: user.username, address: client.ip, session_id: session.id };
  logSecurity("sign_in", signedIn);
  for (const session_id of ended) emit("access.revoked", { user_id: user.id, session_id });
  const rights = {
    role: user.role,
    discord_id: await users.discordId(user.id),
    permissions: permissionsOf(user.role),
  };
  const token = await signJwt({ user_id: user.id, ...rights, session_id: session.id }, at, at + SESSION_MS);
  return { sessionToken, reply: { success: true, message, token, user: toPublicUser(user), ...rights } };
}

export function createSessions(deps: SessionDeps) {
  const { access, emit, now } = deps;
  return {
    start: (user: UserRecord, client: Client, message: string) => startSession(deps, user, client, message),

    /**
     * Exchanges the caller's session for a new one, which remembers when the person signed in.
     *
     * @throws AppError FORBIDDEN     the credential is no session
     * @throws AppError UNAUTHORIZED  it was exchanged or ended meanwhile, or the sign-in is thirty days ago
     */
    async refresh(actor: Actor, client: Client): Promise<SignedIn> {
      const { user_id, session_id } = asUser(actor, "admin");
      if (!session_id) throw new AppError("FORBIDDEN", "You cannot refresh an API key: only sessions can be refreshed");
      const found = await access.sessionById(session_id);
      const isRecent = found !== null && now() - found.session.signed_in_at <= REFRESH_MS;
      // End the old session first, so that only one of two simultaneous exchanges succeeds.
      if (!isRecent || !(await access.deleteSession(user_id, session_id)))
        throw new AppError("UNAUTHORIZED", "This session cannot be extended further: sign in again");
      emit("access.revoked", { user_id, session_id });
      return startSession(deps, found.user, client, "Session renewed", found.session.signed_in_at);
    },

    /** Ends the caller's session: its cookie and its JWT stop working at once. An API key is revoked elsewhere. */
    async logout(actor: Actor): Promise<void> {
      const { user_id, session_id } = asUser(actor);
      if (!session_id) return;
      await access.deleteSession(user_id, session_id);
      emit("access.revoked", { user_id, session_id });
    },
  };
}

export type Sessions = ReturnType<typeof createSessions>;
