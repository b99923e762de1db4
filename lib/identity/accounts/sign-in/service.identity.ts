/** Credential → user (CONTRACT: credentials), asked on every request. */
import { isServiceKey, type KeyLimits, type Rights, type Scope, type UserActor } from "@/lib/core/actor";
import { type Clock, iso } from "@/lib/core/clock";
import { keyOf } from "@/lib/core/contract.tag-keys";
import { AppError } from "@/lib/core/errors";
import { withinRanges } from "@/lib/core/ip-ranges";
import { endOf, type SessionLimits } from "@/lib/identity/accounts/credentials/limits";
import type { AccessStore } from "@/lib/identity/accounts/credentials/store";
import type { KeyChoice } from "@/lib/identity/accounts/credentials/store.keys";
import { boundedScope, maxKeyScope } from "@/lib/identity/accounts/policy";
import type { UserStore } from "@/lib/identity/accounts/store";
import type { UserRecord } from "@/lib/identity/accounts/store.rows";
import { createCredentialCache, type Found } from "./identity-cache";
import { readJwt } from "./jwt";
import { SERVICE_KEY_PREFIX, type ServiceKeys, serviceActor } from "./service-keys";

export const KEY_PREFIX = "mk";
const TOUCH_MS = 60_000;
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

type LookupDeps = {
  users: Pick<UserStore, "oldestAdmin">;
  access: Pick<AccessStore, "sessionByHash" | "sessionById" | "keyByHash" | "touchSession" | "touchKey">;
  serviceKeys: ServiceKeys;
  policy: () => Promise<SessionLimits>;
  now: Clock;
  onError: (error: unknown) => void;
};
type Deps = LookupDeps & {
  secrets: { hash: (token: string) => string; same: (a: string, b: string) => boolean };
  /** API_TOKEN of the environment. */
  envToken: string | undefined;
  /**
   * Returns what a person may reach by membership and grants, and the bots that have these tags, of a person or a team. The
   * object changes in place with the rights.
   */
  rightsOf: (ownerId: number, tags?: ReadonlySet<string>) => Promise<Rights>;
};

type Credential = { session_id: string; has_second_factor?: true } | { key_id: string; limits?: KeyLimits };

function toActor(user: UserRecord, scope: Scope, credential: Credential): UserActor {
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

/** The limits of a key; undefined when it has none. An admin who chose the area "admin" may have lost that role. */
function limitsOf({ scopes, bots, tags, ip_ranges }: KeyChoice, user: UserRecord): KeyLimits | undefined {
  if (!scopes && !bots && !tags && !ip_ranges) return undefined;
  const areas = scopes?.filter((area) => area !== "admin" || maxKeyScope(user.role) === "admin");
  return {
    ...(areas && { areas: new Set(areas) }),
    ...(bots && { bots: new Set(bots) }),
    ...(tags && { tags: new Set(tags.map(keyOf)) }),
    ...(ip_ranges && { allows: withinRanges(ip_ranges) }),
  };
}

/** Looks credentials up in the database, and notes there about once a minute that they are in use. */
function createLookups({ users, access, serviceKeys, policy, now, onError }: LookupDeps) {
  const isStale = (last: number | null) => last === null || now() - last >= TOUCH_MS;

  async function ofSession(found: Awaited<ReturnType<AccessStore["sessionById"]>>): Promise<Found> {
    if (!found?.user.is_active) return null;
    const expires = endOf(found.session, await policy());
    if (expires <= now()) return null;
    const { session_id, last_seen_at, has_second_factor } = found.session;
    if (isStale(last_seen_at)) void access.touchSession(session_id, now()).catch(onError);
    return {
      actor: toActor(found.user, "admin", { session_id, ...(has_second_factor && { has_second_factor }) }),
      expires,
    };
  }

  return {
    bySession: async (hash: string): Promise<Found> => ofSession(await access.sessionByHash(hash)),

    async byJwt(token: string): Promise<Found> {
      const claims = await readJwt(token, now());
      if (!claims) return null;
      const found = await access.sessionById(claims.session_id);
      return found?.user.id === claims.user_id ? ofSession(found) : null;
    },

    async byKey(hash: string, ip: string | undefined): Promise<Found> {
      const found = await access.keyByHash(hash);
      if (!found?.user.is_active || found.key.revoked_at !== null) return null;
      const { key_id, scope, last_used_at } = found.key;
      const expires = found.key.expires_at ?? Number.POSITIVE_INFINITY;
      if (expires <= now()) return null;
      const limits = limitsOf(found.key, found.user);
      // A use that is refused is none.
      if (isStale(last_used_at) && isAllowed(limits, ip))
        void access.touchKey(key_id, now(), ip ?? null).catch(onError);
      const credential = limits ? { key_id, limits } : { key_id };
      return { actor: toActor(found.user, boundedScope(scope, found.user.role), credential), expires };
    },

    async byServiceKey(hash: string, ip: string | undefined): Promise<Found> {
      const key = await serviceKeys.byHash(hash);
      const expires = key?.expires ?? Number.POSITIVE_INFINITY;
      if (!key || expires <= now()) return null;
      const actor = serviceActor(key);
      if (isStale(key.last_used_at) && isAllowed(actor.limits, ip))
        void serviceKeys.touch(key.id, now(), ip ?? null).catch(onError);
      return { actor, expires };
    },

    /** API_TOKEN and local access act as the oldest active admin, so that what they make has an owner. */
    async asOldestAdmin(key_id: string, setting: string): Promise<Found> {
      const admin = await users.oldestAdmin();
      if (!admin)
        throw new AppError(
          "UNAUTHORIZED",
          `${setting} acts as the first admin, and there is none yet: open the setup link the server printed at start`,
        );
      return { actor: toActor(admin, "admin", { key_id }), expires: Number.POSITIVE_INFINITY };
    },
  };
}

const isAllowed = (limits: KeyLimits | undefined, ip: string | undefined): boolean =>
  !limits?.allows || (ip !== undefined && limits.allows(ip));

export function createIdentity({ secrets, envToken, rightsOf, ...deps }: Deps) {
  const cache = createCredentialCache(deps.now);
  const lookups = createLookups(deps);

  /** Finds the person behind a credential, with rights that are not older than the last change. */
  async function find(key: string, look: () => Promise<Found>): Promise<UserActor | null> {
    const actor = await cache.find(key, look);
    // A service key reaches what its team owns, and nothing that is shared with it. It has rights for its tags alone.
    if (actor && (!isServiceKey(actor) || actor.limits?.tags))
      actor.rights = await rightsOf(actor.user_id, actor.limits?.tags);
    return actor;
  }

  return {
    /** The user whose session the `session_token` cookie names; null when it is unknown, ended or expired. */
    async bySessionToken(value: string): Promise<UserActor | null> {
      if (value.length > 512) return null;
      const hash = secrets.hash(value);
      return find(`session:${hash}`, () => lookups.bySession(hash));
    },

    /**
     * The user or team a Bearer text stands for: an API key, a service key, a JWT or API_TOKEN; null for anything else.
     *
     * @param ip where it was sent from
     * @throws AppError UNAUTHORIZED  API_TOKEN before there is an admin
     * @throws AppError FORBIDDEN     a key that may not be used from there
     */
    async byBearer(token: string, ip?: string): Promise<UserActor | null> {
      if (token.length > 4096) return null;
      if (envToken && secrets.same(token, envToken))
        return find("env", () => lookups.asOldestAdmin("env", "API_TOKEN"));
      const isService = token.startsWith(`${SERVICE_KEY_PREFIX}_`);
      if (isService || token.startsWith(`${KEY_PREFIX}_`)) {
        const hash = secrets.hash(token);
        const actor = await find(`key:${hash}`, () => lookups[isService ? "byServiceKey" : "byKey"](hash, ip));
        if (actor && !isAllowed(actor.limits, ip))
          throw new AppError("FORBIDDEN", `This API key may not be used from ${ip ?? "an unknown address"}`);
        return actor;
      }
      if (JWT.test(token)) return find(`jwt:${secrets.hash(token)}`, () => lookups.byJwt(token));
      return null;
    },

    /**
     * The caller whom OPEN_OPS_API lets in without a credential.
     *
     * @throws AppError UNAUTHORIZED  before there is an admin
     */
    async byLocalAccess(ip: string): Promise<UserActor> {
      const actor = await find("local", () => lookups.asOldestAdmin("local", "OPEN_OPS_API"));
      return { ...actor!, local_ip: ip };
    },

    forget: cache.forget,
  };
}

export type Identity = ReturnType<typeof createIdentity>;
