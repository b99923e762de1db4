/**
 * Every cache of this process by name, so that an admin can empty them all. Register only data that can be fetched
 * again at any time: no state, no rate-limit windows, no unwritten rows.
 */

type Cache = {
  /** The number of items in the cache. */
  size: () => number;
  clear: () => void;
};

const known = new Map<string, Cache>();

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
