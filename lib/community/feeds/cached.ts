/**
 * Answers of a service, kept for a while: one question at a time for one key, what was said before while the service is
 * away, and silence towards a service that asked for it (429). Memory of this process: others ask for themselves.
 */
import { registerCache } from "@/lib/core/caches";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";

export type Cached<T> = { value: T; cached: boolean; stale: boolean; at: number };
type Kept<T> = { value: T; at: number };

const ENTRIES_MAX = 500;
/** The oldest cached answer that may be used while a service is unreachable. */
const STALE_MS = 86_400_000;
/** Unknown names are asked for again and again; a service need not hear of each. */
const UNKNOWN_MS = 60_000;

export function createCache<T>({
  name,
  load,
  ttlMs,
  now,
}: {
  /** As the list of this process's caches has it. */
  name: string;
  load: (key: string) => Promise<T>;
  ttlMs: () => Promise<number> | number;
  now: Clock;
}) {
  const kept = new Map<string, Kept<T>>();
  const unknown = new Map<string, { error: AppError; until: number }>();
  const asking = new Map<string, Promise<Kept<T>>>();
  let silentUntil = 0;
  // How long a service asked to be left alone is no answer of it: that stays.
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
