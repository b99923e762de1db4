/** Credential → user (CONTRACT: credentials), asked on every request. */
import type { Scope, UserActor } from "@/lib/core/actor";
import { type Clock, iso } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import type { AccessStore } from "@/lib/identity/accounts/credentials/store";
import { boundedScope } from "@/lib/identity/accounts/policy";
import type { UserStore } from "@/lib/identity/accounts/store";
import type { UserRecord } from "@/lib/identity/accounts/store.rows";
import { createCredentialCache, type Found } from "./identity-cache";
import { readJwt } from "./jwt";

export const KEY_PREFIX = "mk";
const TOUCH_MS = 60_000;
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

type LookupDeps = {
  users: Pick<UserStore, "oldestAdmin">;
  access: Pick<AccessStore, "sessionByHash" | "sessionById" | "keyByHash" | "touchSession" | "touchKey">;
  now: Clock;
  onError: (error: unknown) => void;
};
type Deps = LookupDeps & {
  secrets: { hash: (token: string) => string; same: (a: string, b: string) => boolean };
  /** API_TOKEN of the environment. */
  envToken: string | undefined;
};

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

/** Looks credentials up in the database, and notes there about once a minute that they are in use. */
function createLookups({ users, access, now, onError }: LookupDeps) {
  const isStale = (last: number | null) => last === null || now() - last >= TOUCH_MS;

  function ofSession(found: Awaited<ReturnType<AccessStore["sessionById"]>>): Found {
    if (!found?.user.is_active || found.session.expires <= now()) return null;
    const { session_id, expires, last_seen_at } = found.session;
    if (isStale(last_seen_at)) void access.touchSession(session_id, now()).catch(onError);
    return { actor: toActor(found.user, "admin", { session_id }), expires };
  }

  return {
    bySession: async (hash: string): Promise<Found> => ofSession(await access.sessionByHash(hash)),

    async byJwt(token: string): Promise<Found> {
      const claims = await readJwt(token, now());
      if (!claims) return null;
      const found = await access.sessionById(claims.session_id);
      return found?.user.id === claims.user_id ? ofSession(found) : null;
    },

    async byKey(hash: string): Promise<Found> {
      const found = await access.keyByHash(hash);
      if (!found?.user.is_active || found.key.revoked_at !== null) return null;
      const { key_id, scope, last_used_at } = found.key;
      const expires = found.key.expires_at ?? Number.POSITIVE_INFINITY;
      if (expires <= now()) return null;
      if (isStale(last_used_at)) void access.touchKey(key_id, now()).catch(onError);
      return { actor: toActor(found.user, boundedScope(scope, found.user.role), { key_id }), expires };
    },

    /** API_TOKEN acts as the oldest active admin, so that what it makes has an owner. */
    async byEnvToken(): Promise<Found> {
      const admin = await users.oldestAdmin();
      if (!admin)
        throw new AppError(
          "UNAUTHORIZED",
          "API_TOKEN acts as the first admin, and there is none yet: open the setup link the server printed at start",
        );
      return { actor: toActor(admin, "admin", { key_id: "env" }), expires: Number.POSITIVE_INFINITY };
    },
  };
}

export function createIdentity({ secrets, envToken, ...deps }: Deps) {
  const cache = createCredentialCache(deps.now);
  const lookups = createLookups(deps);
  return {
    /** The user whose session the `session_token` cookie names; null when it is unknown, ended or expired. */
    async bySessionToken(value: string): Promise<UserActor | null> {
      if (value.length > 512) return null;
      const hash = secrets.hash(value);
      return cache.find(`session:${hash}`, () => lookups.bySession(hash));
    },

    /**
     * The user a Bearer text stands for: an API key, a JWT or API_TOKEN; null for anything else.
     *
     * @throws AppError UNAUTHORIZED  API_TOKEN before there is an admin
     */
    async byBearer(token: string): Promise<UserActor | null> {
      if (token.length > 4096) return null;
      if (envToken && secrets.same(token, envToken)) return cache.find("env", lookups.byEnvToken);
      if (token.startsWith(`${KEY_PREFIX}_`)) {
        const hash = secrets.hash(token);
        return cache.find(`key:${hash}`, () => lookups.byKey(hash));
      }
      if (JWT.test(token)) return cache.find(`jwt:${secrets.hash(token)}`, () => lookups.byJwt(token));
      return null;
    },

    forget: cache.forget,
  };
}

export type Identity = ReturnType<typeof createIdentity>;
