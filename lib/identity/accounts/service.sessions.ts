/** Sessions of people: how they begin, are renewed and end. */
import type { z } from "zod";
import { type Actor, asUser } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { deviceName } from "@/lib/core/format/user-agent";
import { logSecurity } from "@/lib/core/log/security-log";
import { permissionsOf } from "@/lib/identity/access";
import type { login as Login } from "./contract";
import type { AccessStore } from "./credentials/store";
import type { Devices } from "./sign-in/devices";
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
  /** Whether the token is for document 003's app, whose refresh does not name itself. */
  isApp?: boolean;
};
export type SignedIn = {
  reply: z.infer<typeof Login.response>;
  sessionToken: string;
  /** The cookie that makes the device known to the account; absent when it is known already. */
  device?: string;
};

export type SessionDeps = {
  users: Pick<UserStore, "discordId">;
  access: Pick<AccessStore, "insertSession" | "deleteSession" | "sessionById">;
  devices: Devices;
  emit: Emit;
  now: Clock;
  newId: (prefix: string) => string;
  newToken: () => string;
  hash: (token: string) => string;
};

/**
 * Starts a session with an id and token of its own.
 *
 * @param since when the person signed in and last proved it, if the session continues another one
 * @throws AppError UNAUTHORIZED  the account was deleted meanwhile
 */
async function startSession(
  deps: SessionDeps,
  user: UserRecord,
  client: Client,
  message: string,
  since?: { signed_in_at: number; proved_at: number },
): Promise<SignedIn> {
  const { users, access, devices, emit, now, newId, newToken, hash } = deps;
  const at = now();
  const sessionToken = newToken();
  const session = {
    ...{ id: newId("ses"), session_token: hash(sessionToken), user_id: user.id },
    ...{ created_at: since?.signed_in_at ?? at, proved_at: since?.proved_at ?? at },
    ...{ last_seen_at: at, expires: at + SESSION_MS },
    ip: cutText(client.ip, 64, ""),
    user_agent: client.userAgent ? cutText(client.userAgent, 256, "") : null,
  };
  const fingerprint = since ? undefined : devices.fingerprint(user, client);
  const stored = await access.insertSession(session, MAX_SESSIONS, fingerprint);
  if (!stored) throw new AppError("UNAUTHORIZED", "This account no longer exists");
  const signedIn = { user_id: user.id, username: user.username, address: client.ip, session_id: session.id };
  logSecurity("sign_in", signedIn);
  if (stored.isNew) noticeDevice(deps, user, client);
  for (const session_id of stored.ended) emit("access.revoked", { user_id: user.id, session_id });
  const rights = {
    role: user.role,
    discord_id: await users.discordId(user.id),
    permissions: permissionsOf(user.role),
  };
  const claims = {
    user_id: user.id,
    ...rights,
    session_id: session.id,
    ...(client.isApp && { dialect: "haze" as const }),
  };
  const token = await signJwt(claims, at, at + SESSION_MS);
  const isKnown = since !== undefined || devices.recognise(user, client.devices) !== undefined;
  const reply = { success: true as const, message, token, user: toPublicUser(user), ...rights };
  return { sessionToken, reply, ...(!isKnown && { device: devices.issue(user) }) };
}

/** Notifies the owner of a sign-in from a client that is not known, unless it is the account's first. */
function noticeDevice({ devices, emit }: SessionDeps, user: UserRecord, client: Client): void {
  if (user.last_login === null || devices.hasSignedIn(user, client.devices)) return;
  const name = `${deviceName(client.userAgent ?? null)}, ${cutText(client.ip, 64, "")}`;
  emit("account.secured", { user_id: user.id, change: "new_sign_in", name });
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
      return startSession(deps, found.user, client, "Session renewed", found.session);
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
