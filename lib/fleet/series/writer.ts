/**
 * Stores what this process has counted, every few seconds. What it counted since the last flush is lost when it is killed:
 * `recovery.ts` then counts those minutes again from the stored rows.
 */
import type { Clock } from "@/lib/core/clock";
import { type Collector, FLEET, type Minutes, sampleIn } from "./collector";
import { addSample, type Sample } from "./sample";
import { MINUTE } from "./steps";
import type { Change, SeriesStore } from "./store";
import type { WriterStore } from "./store.writers";

type Deps = {
  collector: Pick<Collector, "take">;
  store: Pick<SeriesStore, "merge">;
  writers: Pick<WriterStore, "begin" | "isLost" | "flushed" | "lose">;
  /** The name of this process. */
  self: string;
  now: Clock;
};

/** How often a process with nothing to store reports that everything is stored. */
const IDLE_MS = 30_000;

/** Another process counts the minutes of this stretch again, because it took this process for dead. */
class LostError extends Error {}

/** The process to which a stretch of counting belongs. */
export const processOf = (writerId: string): string => writerId.slice(0, writerId.lastIndexOf("."));

/** Lists the samples of all bots and their sum, which is the fleet's. Numbers that bots report are not summed. */
export function changesOf(minutes: Minutes): Change[] {
  const changes: Change[] = [];
  for (const [bucket, samples] of minutes) {
    const bots = [...samples].filter(([botId]) => botId !== FLEET);
    const fleet = sampleIn(minutes, bucket, FLEET);
    for (const [, { counts }] of bots) addSample(fleet, { counts });
    for (const [bot_id, sample] of [...bots, [FLEET, fleet] as [string, Sample]])
      changes.push({ bot_id, bucket, sample });
  }
  return changes;
}

export function createWriter({ collector, store, writers, self, now }: Deps) {
  let stretch = 0;
  /** The id of the present stretch of counting; undefined when one has to begin. */
  let id: string | undefined;
  let flushedAt = 0;
  /** Stretches whose last counts this process has given up. */
  let given: string[] = [];

  async function begin(): Promise<string> {
    await writers.lose(given, now());
    given = [];
    const next = `${self}.${stretch + 1}`;
    flushedAt = now();
    await writers.begin(next, flushedAt);
    stretch++;
    id = next;
    return next;
  }

  const write = (writer: string, changes: Change[], at: number, isDone: boolean): Promise<void> =>
    store.merge(MINUTE, changes, addSample, {
      async first(trx) {
        if (await writers.isLost(writer, trx)) throw new LostError();
      },
      last: (trx) => writers.flushed(writer, at, isDone, trx),
    });

  /** Stores what was counted. `isDone`: this process counts no more. */
  async function flush({ isDone = false } = {}): Promise<void> {
    const writer = id ?? (await begin());
    const at = now();
    const minutes = collector.take();
    if (minutes.size === 0 && !isDone && at - flushedAt < IDLE_MS) return;
    try {
      await write(writer, changesOf(minutes), at, isDone);
      flushedAt = at;
      if (isDone) id = undefined;
    } catch (error) {
      // A transaction that fails may have been committed. Give up what was counted, and have it counted again.
      id = undefined;
      if (error instanceof LostError) return;
      given.push(writer);
      throw error;
    }
  }

  return {
    /** Begins to count; until then nothing is flushed. */
    start: async (): Promise<void> => void (id ?? (await begin())),
    flush,
    stop: (): Promise<void> => flush({ isDone: true }),
    /** The id of the present stretch of counting. */
    current: (): string | undefined => id,
  };
}
