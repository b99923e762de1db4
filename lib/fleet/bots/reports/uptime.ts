/** Computes the share of online time from the history of status changes. */

type Change = { status: string; at: number };

/**
 * Computes the online share per span. A bot that was created and has never connected is not down: its time counts from
 * its first report.
 *
 * @param changes oldest first; the first may lie before `from`
 * @param born when the bot was created (epoch ms)
 * @returns the online share (0–1) of each of `count` equal spans of [from, to], null where the bot had not reported
 *   yet, and of the whole time since its first report
 */
export function uptime(changes: Change[], from: number, to: number, count: number, born: number) {
  const width = (to - from) / count;
  const up = new Array<number>(count).fill(0);
  const known = new Array<number>(count).fill(0);
  changes.forEach((change, index) => {
    if (change.status === "offline" && change.at <= born) return;
    const start = Math.max(change.at, from);
    const end = Math.min(changes[index + 1]?.at ?? to, to);
    if (end <= start) return;
    const first = Math.floor((start - from) / width);
    const last = Math.min(count - 1, Math.floor((end - from - 1e-6) / width));
    for (let slot = first; slot <= last; slot++) {
      const span = Math.min(end, from + (slot + 1) * width) - Math.max(start, from + slot * width);
      known[slot]! += span;
      if (change.status !== "offline") up[slot]! += span;
    }
  });
  const share = (part: number, whole: number) => (whole > 0 ? Math.min(1, part / whole) : null);
  const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);
  return { slots: up.map((part, slot) => share(part, known[slot]!)), uptime: share(sum(up), sum(known)) };
}
