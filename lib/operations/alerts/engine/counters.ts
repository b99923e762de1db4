/**
 * Counts recent events by subject (the bot or person they concern). Every process counts them from facts, which Redis
 * carries to all of them, so that any process can take over the evaluation of rules. Events from before the start are
 * read from the database; an event in flight at that moment may be counted twice. When there are too many subjects, the
 * one without events for longest is dropped.
 */
export const BUCKET_MS = 5_000;
const KEPT_MS = 86_400_000;
const SUBJECTS_MAX = 20_000;

/** `owner_id`: the team of a bot; for transfers, the person. */
type Counted = { owner_id: number | null; buckets: [number, number][] };
/** The number of events in the bucket that begins at `bucket` × BUCKET_MS. */
export type Past = { subject: string; owner_id: number | null; bucket: number; times: number };

type Precision = { bucketMs?: number; keptMs?: number };

/** @param precision  the length of a bucket, and for how long events are kept */
export function createCounter(now: () => number, { bucketMs = BUCKET_MS, keptMs = KEPT_MS }: Precision = {}) {
  let counted = new Map<string, Counted>();

  return {
    clear: (): void => counted.clear(),
    drop: (subject: string): void => void counted.delete(subject),

    /** Adds events from before everything added so far. `past`: oldest first. */
    before(past: Past[]): void {
      const later = counted;
      counted = new Map();
      const put = (subject: string, owner_id: number | null, buckets: Counted["buckets"]) => {
        const known = counted.get(subject)?.buckets ?? [];
        for (const bucket of buckets) known.push(bucket);
        // Move the subject to the end, so that the first one is always the one without events for longest.
        counted.delete(subject);
        counted.set(subject, { owner_id, buckets: known });
      };
      for (const { subject, owner_id, bucket, times } of past) put(subject, owner_id, [[bucket, times]]);
      for (const [subject, { owner_id, buckets }] of later) put(subject, owner_id, buckets);
      for (const subject of counted.keys()) {
        if (counted.size <= SUBJECTS_MAX) break;
        counted.delete(subject);
      }
    },

    add(subject: string, ownerId: number | null, times = 1): void {
      const bucket = Math.floor(now() / bucketMs);
      const known = counted.get(subject) ?? { owner_id: ownerId, buckets: [] };
      // Move the subject to the end, so that the first one is always the one without events for longest.
      counted.delete(subject);
      counted.set(subject, known);
      known.owner_id = ownerId;
      const last = known.buckets.at(-1);
      if (last?.[0] === bucket) last[1] += times;
      else known.buckets.push([bucket, times]);
      const oldest = bucket - keptMs / bucketMs;
      if ((known.buckets[0]?.[0] ?? bucket) < oldest) known.buckets = known.buckets.filter(([at]) => at >= oldest);
      if (counted.size > SUBJECTS_MAX) counted.delete(counted.keys().next().value as string);
    },

    /** Returns the subjects with `least` or more events within the last `windowMs`. */
    read(windowMs: number, least: number): { subject: string; owner_id: number | null; count: number }[] {
      const from = (now() - windowMs) / bucketMs;
      const found = [];
      for (const [subject, { owner_id, buckets }] of counted) {
        let count = 0;
        for (let index = buckets.length - 1; index >= 0 && buckets[index]![0] >= from; index--)
          count += buckets[index]![1];
        if (count > 0 && count >= least) found.push({ subject, owner_id, count });
      }
      return found;
    },
  };
}

export type Counter = ReturnType<typeof createCounter>;
