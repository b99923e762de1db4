/**
 * Credential → user (CONTRACT: credentials). Asked on every request, so answers are kept in process for at most 5 s,
 * keyed by the credential's hash, and dropped at once when the bus says that access was revoked.
 */
import type { Scope, UserActor } from "@/lib/core/actor";
import { registerCache } from "@/lib/core/caches";
import { type Clock, iso } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import type { AccessStore } from "./credentials/store";
import { boundedScope } from "./policy";
import { readJwt } from "./sign-in/jwt";
import type { UserStore } from "./store";
import type { UserRecord } from "./store.rows";

export const KEY_PREFIX = "mk";
const CACHE_MS = 5_000;
const MAX_CACHED = 10_000;
const TOUCH_MS = 60_000;
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

type Deps = {
  users: Pick<UserStore, "oldestAdmin">;
  access: Pick<AccessStore, "sessionByHash" | "sessionById" | "keyByHash" | "touchSession" | "touchKey">;
  now: Clock;
  secrets: { hash: (token: string) => string; same: (a: string, b: string) => boolean };
  /** API_TOKEN of the environment. */
  envToken: string | undefined;
  onError: (error: unknown) => void;
};
type Found = { actor: UserActor; expires: number } | null;

function toActor(user: UserRecord, scope: Scope, credential: { session_id: string } | { key_id: string }): UserActor {
  return {
    kind: "user",
    user_id: user.id,
    username: user.username,
    email: user.email,
    fullname: user.fullname,
    role: user.role,
    scope,
    created_at: iso(user.created_at),
    ...credential,
  };
}

export function createIdentity({ users, access, now, secrets, envToken, onError }: Deps) {
  const cache = new Map<string, { actor: UserActor; until: number }>();
  registerCache("credentials", { size: () => cache.size, clear: () => cache.clear() });
  const pending = new Map<string, Promise<UserActor | null>>();
  /** Raised by every revocation: what was looked up before one is not kept after it. */
  let generation = 0;

  async function cached(key: string, look: () => Promise<Found>): Promise<UserActor | null> {
    const known = cache.get(key);
    if (known) {
      cache.delete(key);
      if (known.until > now()) {
        cache.set(key, known);
        return known.actor;
      }
    }
    const underway = pending.get(key);
    if (underway) return underway;
    const asked = generation;
    const answer = look()
      .then((found) => {
        if (!found) return null;
        if (asked === generation) {
          if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value!);
          cache.set(key, { actor: found.actor, until: Math.min(now() + CACHE_MS, found.expires) });
        }
        return found.actor;
      })
      .finally(() => {
        if (pending.get(key) === answer) pending.delete(key);
      });
    pending.set(key, answer);
    return answer;
  }

  const stale = (last: number | null) => last === null || now() - last >= TOUCH_MS;

  function ofSession(found: Awaited<ReturnType<AccessStore["sessionById"]>>): Found {
    if (!found?.user.is_active || found.session.expires <= now()) return null;
    const { session, user } = found;
    const { session_id, expires } = session;
    if (stale(session.last_seen_at)) void access.touchSession(session_id, now()).catch(onError);
    return { actor: toActor(user, "admin", { session_id }), expires };
  }

  async function ofJwt(token: string): Promise<Found> {
    const claims = await readJwt(token, now());
    if (!claims) return null;
    const found = await access.sessionById(claims.session_id);
    return found?.user.id === claims.user_id ? ofSession(found) : null;
  }

  async function ofKey(hash: string): Promise<Found> {
    const found = await access.keyByHash(hash);
    if (!found?.user.is_active || found.key.revoked_at !== null) return null;
    const { key, user } = found;
    const expires = key.expires_at ?? Number.POSITIVE_INFINITY;
    if (expires <= now()) return null;
    const { key_id, scope } = key;
    if (stale(key.last_used_at)) void access.touchKey(key_id, now()).catch(onError);
    return { actor: toActor(user, boundedScope(scope, user.role), { key_id }), expires };
  }

  /** API_TOKEN acts as the oldest active admin, so that what it makes has an owner. */
  async function ofEnvToken(): Promise<Found> {
    const admin = await users.oldestAdmin();
    if (!admin)
      throw new AppError(
        "UNAUTHORIZED",
        "API_TOKEN acts as the first admin, and there is none yet: open the setup link the server printed at start",
      );
    return { actor: toActor(admin, "admin", { key_id: "env" }), expires: Number.POSITIVE_INFINITY };
  }

  return {
    /** The user whose session the `session_token` cookie names; null when it is unknown, ended or expired. */
    async bySessionToken(value: string): Promise<UserActor | null> {
      if (value.length > 512) return null;
      const hash = secrets.hash(value);
      return cached(`session:${hash}`, async () => ofSession(await access.sessionByHash(hash)));
    },

    /**
     * The user a Bearer text stands for: an API key, a JWT or API_TOKEN; null for anything else.
     *
     * @throws AppError UNAUTHORIZED  API_TOKEN before there is an admin
     */
    async byBearer(token: string): Promise<UserActor | null> {
      if (token.length > 4096) return null;
      if (envToken && secrets.same(token, envToken)) return cached("env", ofEnvToken);
      if (token.startsWith(`${KEY_PREFIX}_`)) {
        const hash = secrets.hash(token);
        return cached(`key:${hash}`, () => ofKey(hash));
      }
      if (JWT.test(token)) return cached(`jwt:${secrets.hash(token)}`, () => ofJwt(token));
      return null;
    },

    /** Drops what is kept of a user, of one session or of one key. */
    forget({ user_id, session_id, key_id }: { user_id: number; session_id?: string; key_id?: string }): void {
      generation++;
      pending.clear();
      const one = session_id !== undefined || key_id !== undefined;
      for (const [key, { actor }] of cache) {
        if (actor.user_id !== user_id) continue;
        if (!one || (session_id && actor.session_id === session_id) || (key_id && actor.key_id === key_id))
          cache.delete(key);
      }
    },
  };
}

export type Identity = ReturnType<typeof createIdentity>;
