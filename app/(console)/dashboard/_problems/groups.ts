/** Groups of lines and failures that have the same cause, and stretches with unusually many errors. */

export type Group<T> = { key: string; count: number; newest: T; botIds: string[] };

/** Groups items, the newest of which come first, by a key. The largest groups first. */
export function groupsOf<T extends { bot_id: string }>(items: readonly T[], keyOf: (item: T) => string): Group<T>[] {
  const groups = new Map<string, Group<T>>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (!group) groups.set(key, { key, count: 1, newest: item, botIds: [item.bot_id] });
    else {
      group.count++;
      if (!group.botIds.includes(item.bot_id)) group.botIds.push(item.bot_id);
    }
  }
  return [...groups.values()].sort((a, b) => b.count - a.count);
}

export type Spike = { from: number; to: number; count: number; usual: number };

/** A bucket with fewer errors than this is never a spike. */
const SPIKE_MIN = 10;
/** A spike has this many times as many errors as a usual bucket. */
const SPIKE_TIMES = 5;

/** The stretches with unusually many errors, the newest first. Neighbouring buckets are one stretch. */
export function spikesOf(counts: readonly (number | null)[], start: number, stepMs: number): Spike[] {
  const known = counts.filter((count) => count !== null).sort((a, b) => a - b);
  // With few buckets nothing can be said to be usual.
  if (known.length < 6) return [];
  const usual = known[Math.floor(known.length / 2)] ?? 0;
  const limit = Math.max(SPIKE_MIN, usual * SPIKE_TIMES);
  const spikes: Spike[] = [];
  for (const [at, count] of counts.entries()) {
    if (count === null || count < limit) continue;
    const from = start + at * stepMs;
    const last = spikes.at(-1);
    if (last && last.to === from) {
      last.to += stepMs;
      last.count += count;
    } else spikes.push({ from, to: from + stepMs, count, usual });
  }
  return spikes.reverse();
}
