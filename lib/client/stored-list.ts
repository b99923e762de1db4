/** Lists that this browser keeps. Browsers may refuse storage, in private windows for example. */
import { readJson, writeJson } from "@/lib/core/format/json";

/**
 * Reads a list, without entries that are not as `isEntry` wants them.
 *
 * @returns an empty list when none is kept; undefined when the browser refused, or what is kept is no list
 */
export function readList<T>(key: string, isEntry: (one: unknown) => one is T): T[] | undefined {
  try {
    const list: unknown = readJson(localStorage.getItem(key) ?? "[]");
    return Array.isArray(list) ? list.filter(isEntry) : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a list. When the browser refuses, it lasts only as long as the page. */
export function keepList(key: string, list: readonly unknown[]): void {
  try {
    if (list.length === 0) localStorage.removeItem(key);
    else localStorage.setItem(key, writeJson(list));
  } catch {
    // The page goes on with what it has in memory.
  }
}
