/** Values cached for a few seconds, so that a busy bot does not cost a database read with each of its calls. */
import { registerCache } from "@/lib/core/caches";
import type { Clock } from "@/lib/core/clock";

/** Facts drop changed values at once. This limit covers changes of another process whose fact was lost. */
const KEPT_MS = 5_000;
const KEPT_MAX = 20_000;

export function createRecent<V>(name: string, now: Clock) {
  const values = new Map<string, { value: V; until: number }>();
  registerCache(name, { size: () => values.size, clear: () => values.clear() });

  return {
    /** Returns the value; undefined when it is not cached, or when its time has passed. */
    get(key: string): V | undefined {
      const known = values.get(key);
      return known && known.until > now() ? known.value : undefined;
    },
    set(key: string, value: V): void {
      // The first entry of the map is the oldest.
      if (values.size >= KEPT_MAX) values.delete(values.keys().next().value!);
      values.set(key, { value, until: now() + KEPT_MS });
    },
    delete: (key: string): void => void values.delete(key),
    deleteWhere(test: (value: V) => boolean): void {
      for (const [key, { value }] of values) if (test(value)) values.delete(key);
    },
  };
}
