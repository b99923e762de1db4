/**
 * Process-wide singletons. A module imported by server.ts and by a file Next bundled exists twice in one process;
 * whatever must be one (the bus, caches, counters, database clients) lives on globalThis instead.
 */
const store = globalThis as unknown as Record<symbol, unknown>;

/** The value made by `create` the first time `name` was asked for in this process. */
export function singleton<T>(name: string, create: () => T): T {
  const key = Symbol.for(`muster.${name}`);
  store[key] ??= create();
  return store[key] as T;
}
