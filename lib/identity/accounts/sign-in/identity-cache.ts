/**
 * Keeps the users behind credentials in this process for at most 5 s, and drops them at once when the bus says that access
 * was revoked. Requests that come with one credential at the same time share one look-up.
 */
import type { UserActor } from "@/lib/core/actor";
import { registerCache } from "@/lib/core/caches";
import type { Clock } from "@/lib/core/clock";

const CACHE_MS = 5_000;
const MAX_CACHED = 10_000;

/** The user behind a credential, and until when it works. */
export type Found = { actor: UserActor; expires: number } | null;
type Revoked = { user_id: number; session_id?: string; key_id?: string };

/** Returns whether the actor lost its access: as a user, or by this session or key. */
const isRevoked = (actor: UserActor, { user_id, session_id, key_id }: Revoked): boolean => {
  if (actor.user_id !== user_id) return false;
  if (session_id === undefined && key_id === undefined) return true;
  return (
    (session_id !== undefined && actor.session_id === session_id) || (key_id !== undefined && actor.key_id === key_id)
  );
};

export function createCredentialCache(now: Clock) {
  const cache = new Map<string, { actor: UserActor; until: number }>();
  registerCache("credentials", { size: () => cache.size, clear: () => cache.clear() });
  const pending = new Map<string, Promise<UserActor | null>>();
  /** Incremented by every revocation, so that a look-up that began before one is not cached after it. */
  let generation = 0;

  function known(key: string): UserActor | undefined {
    const entry = cache.get(key);
    if (!entry) return undefined;
    // Insert the entry again at the end, so that the least recently used one is dropped first.
    cache.delete(key);
    if (entry.until <= now()) return undefined;
    cache.set(key, entry);
    return entry.actor;
  }

  function keep(key: string, { actor, expires }: NonNullable<Found>): void {
    if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value!);
    cache.set(key, { actor, until: Math.min(now() + CACHE_MS, expires) });
  }

  return {
    /** Returns the user behind the credential `key`; calls `look` when it is not cached. */
    async find(key: string, look: () => Promise<Found>): Promise<UserActor | null> {
      const actor = known(key);
      if (actor) return actor;
      const underway = pending.get(key);
      if (underway) return underway;
      const asked = generation;
      const answer = look()
        .then((found) => {
          if (found && asked === generation) keep(key, found);
          return found?.actor ?? null;
        })
        .finally(() => {
          if (pending.get(key) === answer) pending.delete(key);
        });
      pending.set(key, answer);
      return answer;
    },

    /** Drops the cached entries of a user, of one session or of one key. */
    forget(revoked: Revoked): void {
      generation++;
      pending.clear();
      for (const [key, { actor }] of cache) if (isRevoked(actor, revoked)) cache.delete(key);
    },
  };
}
