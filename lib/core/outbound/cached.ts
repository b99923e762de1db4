/**
 * Caches a service's answers. It sends one request at a time per key, uses an old answer while the service is
 * unreachable, and sends nothing while the service asks for a pause (429). Each process has its own cache.
 */
import { registerCache } from "@/lib/core/caches";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";

export type Cached<T> = { value: T; cached: boolean; stale: boolean; at: number };
type Kept<T> = { value: T; at: number };

const ENTRIES_MAX = 500;
/** The oldest cached answer that may be used while a service is unreachable. */
const STALE_MS = 86_400_000;
/**
 * How long an unknown name is remembered, because clients ask for one again and again and the service need not get each
 * request.
 */
const UNKNOWN_MS = 60_000;

export function createCache<T>({
  name,
  load,
  ttlMs,
  now,
}: {
  /** The name in the list of this process's caches. */
  name: string;
  load: (key: string) => Promise<T>;
  ttlMs: () => Promise<number> | number;
  now: Clock;
}) {
  const kept = new Map<string, Kept<T>>();
  const unknown = new Map<string, { error: AppError; until: number }>();
  const asking = new Map<string, Promise<Kept<T>>>();
  let silentUntil = 0;
  // Clearing the cache does not clear a pause that the service asked for (429), which must be kept.
  registerCache(name, {
    size: () => kept.size + unknown.size,
    clear: () => {
      kept.clear();
      unknown.clear();
    },
  });

  function keep<V>(map: Map<string, V>, key: string, value: V) {
    map.delete(key);
    map.set(key, value);
    if (map.size > ENTRIES_MAX) map.delete(map.keys().next().value!);
  }

  async function ask(key: string): Promise<Kept<T>> {
    try {
      const entry = { value: await load(key), at: now() };
      keep(kept, key, entry);
      unknown.delete(key);
      return entry;
    } catch (error) {
      if (error instanceof AppError && error.code === "NOT_FOUND")
        keep(unknown, key, { error, until: now() + UNKNOWN_MS });
      if (error instanceof AppError && error.retryAfter) silentUntil = now() + error.retryAfter * 1000;
      throw error;
    }
  }

  return {
    /** @throws what `load` throws, when nothing said before can stand in */
    async get(key: string, { fresh = false }: { fresh?: boolean } = {}): Promise<Cached<T>> {
      const at = now();
      const before = kept.get(key);
      if (before && !fresh && at - before.at < (await ttlMs())) return { ...before, cached: true, stale: false };
      const refused = unknown.get(key);
      if (refused && refused.until > at) throw refused.error;
      try {
        if (silentUntil > at)
          throw new AppError(
            "UNAVAILABLE",
            "The service asked limits how often it may be asked; try again later",
            undefined,
            Math.ceil((silentUntil - at) / 1000),
          );
        const under = asking.get(key) ?? ask(key).finally(() => asking.delete(key));
        asking.set(key, under);
        return { ...(await under), cached: false, stale: false };
      } catch (error) {
        const away =
          error instanceof AppError && ["BAD_GATEWAY", "UNAVAILABLE", "GATEWAY_TIMEOUT"].includes(error.code);
        if (away && before && at - before.at < STALE_MS) return { ...before, cached: true, stale: true };
        throw error;
      }
    },
  };
}
