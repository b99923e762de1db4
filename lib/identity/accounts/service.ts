/** Rules of signing up, in and out (000 Authentication APIs). */

import type { z } from "zod";
import { type Actor, asUser } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { logSecurity } from "@/lib/core/log/security-log";
import { permissionsOf } from "@/lib/identity/access";
import type { login as Login, PublicUser } from "./contract";
import type { AccessStore } from "./credentials/store";
import type { VerificationService } from "./service.verification";
import type { Devices } from "./sign-in/devices";
import { signJwt } from "./sign-in/jwt";
import type { Passwords } from "./sign-in/passwords";
import { refuseWeak } from "./sign-in/strength";
import type { Throttle } from "./sign-in/throttle";
import type { UserStore } from "./store";
import { Taken, toPublicUser, type UserRecord } from "./store.rows";

/** Sessions end after seven days, however often they are used. */
export const SESSION_MS = 7 * 86_400_000;
const MAX_SESSIONS = 100;
/** Nor can refreshing prolong a sign-in for ever. */
const REFRESH_MS = 30 * 86_400_000;

/** Where a request comes from, kept with its session. */
export type Client = {
  ip: string;
  userAgent?: string;
  /** Cookies of this device for accounts it has signed in to. */
  devices?: readonly string[];
};
export type SignedIn = {
  reply: z.infer<typeof Login.response>;
  sessionToken: string;
  /** Makes the device known to the account; absent where it is already, or where no password was used. */
  device?: string;
};

type Deps = {
  users: UserStore;
  access: Pick<AccessStore, "insertSession" | "deleteSession" | "sessionById">;
  passwords: Passwords;
  throttle: Throttle;
  devices: Devices;
  emit: Emit;
  now: Clock;
  newId: (prefix: string) => string;
  newToken: () => string;
  hash: (token: string) => string;
  signup: () => Promise<SignupMode>;
  verification: Pick<VerificationService, "welcome" | "begin">;
  /** Runs work after the answer; failures are logged there. */
  later: (work: () => Promise<void>) => void;
};
/** `verified`: an account begins when its address is proved. `unclaimed`: nobody signs up before there is an admin. */
export type SignupMode = "open" | "verified" | "closed" | "unclaimed";

const SHUT = {
  closed:
    "Sign-up is closed here: ask the admin for an account (OPEN_SIGNUP=true opens it, API_EXTRA_USERS adds people)",
  unclaimed:
    "This server has no admin yet: open the setup link from its log or from setup-link.txt in its data folder first",
};

/** A name or address in use, as the refusal of the field that holds it. Everything else passes. */
export const takenAsInvalid = (error: unknown): unknown =>
  error instanceof Taken
    ? invalid(error.field, error.field === "email" ? "this e-mail address has an account already" : "is taken")
    : error;

export function createSignInService(deps: Deps) {
  const { users, access, passwords, throttle, devices, emit, now } = deps;

  /** Starts a session with an id and token of its own. */
  async function start(user: UserRecord, client: Client, message: string, since?: number): Promise<SignedIn> {
    const at = now();
    const sessionToken = deps.newToken();
    const session = {
      id: deps.newId("ses"),
      session_token: deps.hash(sessionToken),
      user_id: user.id,
      created_at: since ?? at,
      last_seen_at: at,
      expires: at + SESSION_MS,
      ip: cutText(client.ip, 64, ""),
      user_agent: client.userAgent ? cutText(client.userAgent, 256, "") : null,
    };
    const ended = await access.insertSession(session, MAX_SESSIONS);
    if (!ended) throw new AppError("UNAUTHORIZED", "This account no longer exists");
    logSecurity("sign_in", {
      user_id: user.id,
      username: user.username,
      address: client.ip,
      session_id: session.id,
    });
    for (const session_id of ended) emit("access.revoked", { user_id: user.id, session_id });
    const rights = {
      role: user.role,
      discord_id: await users.discordId(user.id),
      permissions: permissionsOf(user.role),
    };
    const token = await signJwt({ user_id: user.id, ...rights, session_id: session.id }, at, at + SESSION_MS);
    return { sessionToken, reply: { success: true, message, token, user: toPublicUser(user), ...rights } };
  }

  return {
    start,

    /**
     * Makes a plain user's account; never an admin's, not even the first.
     *
     * @throws AppError FORBIDDEN      sign-up is closed, or the server has no admin yet
     * @throws AppError INVALID_INPUT  username or e-mail address is taken, or the password is easy to guess
     */
    async register(input: {
      username: string;
      email: string;
      password: string;
      fullname?: string;
    }): Promise<{ user?: PublicUser; isPending: boolean }> {
      const mode = await deps.signup();
      if (mode === "closed" || mode === "unclaimed") throw new AppError("FORBIDDEN", SHUT[mode]);
      const { username, email, password, fullname = "" } = input;
      await refuseWeak(password, "password", { username, email, fullname });
      if (mode === "verified" && (await users.findByLogin(username))) throw invalid("username", "is taken");
      const password_hash = await passwords.hash(password);
      if (mode === "verified") {
        // After the answer: how long it takes would tell whether the address has an account.
        deps.later(() => deps.verification.begin({ username, email, fullname, password_hash }));
        return { isPending: true };
      }
      const created = { username, email, fullname, password_hash, role: "user", created_at: now() } as const;
      const user = await users.insert(created).catch((error) => {
        throw takenAsInvalid(error);
      });
      logSecurity("account_registered", { user_id: user.id, username: user.username });
      deps.later(() => deps.verification.welcome(user));
      return { user: toPublicUser(user), isPending: false };
    },

    /**
     * Signs in with a username or an e-mail address. An unknown account costs the same work and gives the same answer as
     * a wrong password.
     *
     * @throws AppError UNAUTHORIZED  wrong, unknown or deactivated
     * @throws AppError RATE_LIMITED  too many failures: `retryAfter` seconds to wait
     */
    async login(input: { username: string; password: string }, client: Client): Promise<SignedIn> {
      const user = await users.findByLogin(input.username);
      const device = user ? devices.recognise(user, client.devices) : undefined;
      const account = user ? { user_id: user.id } : { name: input.username };
      const subject = { user_id: user?.id ?? null, username: user?.username ?? null, address: client.ip };
      const right = await throttle
        .guard({ account, ip: client.ip, device }, () => passwords.verify(user?.password_hash ?? null, input.password))
        .catch((error) => {
          if (error instanceof AppError && error.code === "RATE_LIMITED") logSecurity("sign_in_locked", subject);
          throw error;
        });
      if (!right || !user?.is_active) logSecurity("sign_in_failed", { ...subject, known_device: Boolean(device) });
      if (!right || !user) throw new AppError("UNAUTHORIZED", "Username or password is wrong");
      if (!user.is_active) throw new AppError("UNAUTHORIZED", "This account is deactivated: ask an admin");
      const signedIn = await start(user, client, "Login successful");
      return device ? signedIn : { ...signedIn, device: devices.issue(user) };
    },

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
      const since = found?.session.signed_in_at;
      // Ended first: of two exchanges at once one goes on.
      if (
        !found ||
        since === undefined ||
        now() - since > REFRESH_MS ||
        !(await access.deleteSession(user_id, session_id))
      )
        throw new AppError("UNAUTHORIZED", "This session cannot be extended further: sign in again");
      emit("access.revoked", { user_id, session_id });
      return start(found.user, client, "Session renewed", since);
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

export type SignInService = ReturnType<typeof createSignInService>;
