/**
 * Every cache of this process by name, so that an admin can empty them all. Only what can be asked anew at any time
 * belongs here: no state, no windows of limits, nothing that waits to be written.
 */
import { singleton } from "./singleton";

type Cache = {
  /** The number of items in the cache. */
  size: () => number;
  clear: () => void;
};

const known = singleton("caches", () => new Map<string, Cache>());

/** Names a cache. Registering a name again (hot reload) replaces it. */
export function registerCache(name: string, cache: Cache): void {
  known.set(name, cache);
}

/** Returns the number of items in each cache. */
export const cacheSizes = (): { name: string; items: number }[] =>
  [...known].map(([name, cache]) => ({ name, items: cache.size() }));

/** Empties every cache of this process. @returns how many items were dropped */
export function clearCaches(): number {
  let dropped = 0;
  for (const cache of known.values()) {
    dropped += cache.size();
    cache.clear();
  }
  return dropped;
}
