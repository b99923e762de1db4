/** Groups rows by the pattern of their text. */
import { iso } from "@/lib/core/clock";
import { cutText } from "@/lib/core/format/text";
import { GROUP_BOTS_MAX } from "./contract.constants";
import type { LogGroup } from "./contract.counts";
import { patternOf } from "./query/pattern";
import type { LogRow } from "./store.types";

/** The part of the newest line's text that an answer contains. */
const TEXT_MAX = 300;

/** Adds one to what a map has for a key. */
export const addTo = <K>(counts: Map<K, number>, key: K) => counts.set(key, (counts.get(key) ?? 0) + 1);

const timeOf = (row: LogRow): number => row.event_at ?? row.at;

const newestOf = (row: LogRow): LogGroup["newest"] => ({
  ...{ id: row.seq, level: row.type, bot_id: row.bot_id, timestamp: iso(timeOf(row)) },
  message: cutText(row.message, TEXT_MAX),
});

type Found = {
  newest: LogGroup["newest"];
  first: number;
  count: number;
  bots: Set<string>;
  buckets: Map<number, number>;
};

/** Collects groups of rows, the newest of which are added first. */
export function createGroups() {
  const groups = new Map<string, Found>();
  return {
    count: () => groups.size,
    add(row: LogRow, bucket: number): void {
      const pattern = patternOf(row.message);
      const known = groups.get(pattern);
      const group = known ?? {
        newest: newestOf(row),
        first: timeOf(row),
        count: 0,
        bots: new Set(),
        buckets: new Map(),
      };
      if (!known) groups.set(pattern, group);
      group.count++;
      group.first = Math.min(group.first, timeOf(row));
      if (group.bots.size < GROUP_BOTS_MAX) group.bots.add(row.bot_id);
      addTo(group.buckets, bucket);
    },
    list: (): LogGroup[] =>
      [...groups].map(([pattern, { newest, first, count, bots, buckets }]) => ({
        pattern,
        count,
        newest,
        first: iso(first),
        bot_ids: [...bots],
        buckets: [...buckets].map(([at, count]) => ({ at: iso(at), count })),
      })),
  };
}
