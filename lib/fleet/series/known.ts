/** Computes for which stretches of time anything is known, and how long bots were online in them. */

export type Stretch = { from: number; to: number };

/** Joins stretches that overlap or touch, in order. */
export function joined(stretches: readonly Stretch[]): Stretch[] {
  const whole: Stretch[] = [];
  for (const { from, to } of [...stretches].sort((a, b) => a.from - b.from)) {
    const last = whole.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else whole.push({ from, to });
  }
  return whole;
}

/** The parts of a stretch that lie in joined stretches. */
function within({ from, to }: Stretch, known: readonly Stretch[]): Stretch[] {
  return known
    .map((one) => ({ from: Math.max(from, one.from), to: Math.min(to, one.to) }))
    .filter((one) => one.to > one.from);
}

/** Buckets of equal width from a time on. */
export type Buckets = { start: number; width: number; count: number };

/** Adds the milliseconds of a stretch to the buckets it lies in. */
function spread({ from, to }: Stretch, { start, width, count }: Buckets, sums: number[]): void {
  const first = Math.max(0, Math.floor((from - start) / width));
  for (let place = first; place < count && start + place * width < to; place++) {
    const left = start + place * width;
    sums[place]! += Math.min(to, left + width) - Math.max(from, left);
  }
}

/** The milliseconds of joined stretches in each bucket. */
export function lengths(stretches: readonly Stretch[], buckets: Buckets): number[] {
  const sums = new Array<number>(buckets.count).fill(0);
  for (const stretch of stretches) spread(stretch, buckets, sums);
  return sums;
}

type Change = { bot_id: string; status: string; at: number };

/**
 * Computes how long bots were online in each bucket, and since when there are reports of them.
 *
 * @param changes of status, oldest first; those before the first bucket give each bot's status at its start
 * @param known   joined stretches in which the server ran
 * @returns milliseconds by bucket, summed over the bots
 */
export function onlineTime(
  changes: readonly Change[],
  known: readonly Stretch[],
  buckets: Buckets,
): { online: number[]; reported: number[] } {
  const end = buckets.start + buckets.width * buckets.count;
  const online = new Array<number>(buckets.count).fill(0);
  const reported = new Array<number>(buckets.count).fill(0);
  const last = new Map<string, Change>();
  const close = ({ status, at }: Change, to: number) => {
    for (const one of within({ from: Math.max(at, buckets.start), to: Math.min(to, end) }, known)) {
      spread(one, buckets, reported);
      if (status !== "offline") spread(one, buckets, online);
    }
  };
  for (const change of changes) {
    const before = last.get(change.bot_id);
    // A bot that was made in this time and has not connected yet is not offline: nothing is known of it.
    if (!before && change.status === "offline" && change.at >= buckets.start) continue;
    if (before) close(before, change.at);
    last.set(change.bot_id, change);
  }
  for (const change of last.values()) close(change, end);
  return { online, reported };
}
