import type { Log } from "@/lib/fleet/telemetry/contract";
import { fieldsOf } from "./fields";
import type { Seen } from "./suggest";

/** Lines whose metadata is looked at, the newest ones. */
const LINES = 300;
const LEVELS = ["error", "warning", "info", "debug", "critical"];

/** Returns what the newest lines have, the most frequent values first. */
export function seenIn(lines: readonly Log[]): Seen {
  const newest = lines.slice(-LINES);
  const counts = new Map<string, Map<string, number>>();
  for (const log of newest)
    for (const { key, value } of fieldsOf(log.metadata)) {
      const values = counts.get(key) ?? new Map<string, number>();
      counts.set(key, values.set(value, (values.get(value) ?? 0) + 1));
    }
  const ranked = [...counts].map(([key, values]) => {
    const texts = [...values].sort((a, b) => b[1] - a[1]).map(([value]) => value);
    return [key, texts] as const;
  });
  return { levels: [...new Set([...LEVELS, ...newest.map((log) => log.type)])], fields: new Map(ranked) };
}

export const NOTHING_SEEN: Seen = { levels: [], fields: new Map() };
/** Values that are kept of each key. */
const VALUES_MAX = 50;

/** Adds what was seen lately to what was seen before. */
export function withSeen(before: Seen, lately: Seen): Seen {
  const fields = new Map(before.fields);
  for (const [key, values] of lately.fields)
    fields.set(key, [...new Set([...values, ...(fields.get(key) ?? [])])].slice(0, VALUES_MAX));
  return { levels: [...new Set([...lately.levels, ...before.levels])], fields };
}
