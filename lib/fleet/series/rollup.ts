/** Rolls finished buckets up into the next coarser step, and deletes rows that are older than their step is kept. */
import type { Clock } from "@/lib/core/clock";
import { GRACE_MS } from "./recovery";
import { bucketAt, DAY, finerOf, STEPS, type Step, slotOf } from "./steps";
import type { SeriesStore } from "./store";
import type { Marks, WriterStore } from "./store.writers";

type Deps = {
  store: Pick<SeriesStore, "rollUp" | "remove" | "firstSlot">;
  writers: Pick<WriterStore, "open" | "prune">;
  marks: Marks;
  now: Clock;
};

const ROWS_AT_ONCE = 500;

export function createRollup({ store, writers, marks, now }: Deps) {
  /** The first bucket of a step for which there may be finer samples that are not rolled up yet. */
  async function nextBucket(finer: Step, step: Step): Promise<number> {
    const [mark, first] = [(await marks.read(step)) ?? 0, await store.firstSlot(finer)];
    const oldest = first === undefined ? 0 : bucketAt(step, first * finer.perRow * finer.ms);
    if (oldest > mark) await marks.write(step, oldest);
    return Math.max(mark, oldest);
  }

  /** The time before which no process will add to a sample any more. */
  async function settledAt(): Promise<number> {
    const open = await writers.open();
    return Math.min(now(), ...open.map(({ flushed_at }) => flushed_at)) - GRACE_MS;
  }

  async function rollUp(signal?: AbortSignal): Promise<void> {
    let settled = await settledAt();
    for (const step of STEPS) {
      const finer = finerOf(step);
      if (!finer) continue;
      let bucket = await nextBucket(finer, step);
      if (bucket === 0) return;
      for (; (bucket + 1) * step.ms <= settled && !signal?.aborted; bucket++) {
        await store.rollUp(finer, step, bucket);
        await marks.write(step, bucket + 1);
      }
      settled = Math.min(settled, bucket * step.ms);
    }
  }

  /** Rows are kept until they are rolled up, however long a process that does not answer delays that. */
  async function prune(signal?: AbortSignal): Promise<void> {
    for (const [index, step] of STEPS.entries()) {
      const coarser = STEPS[index + 1];
      const rolled = coarser ? ((await marks.read(coarser)) ?? 0) * coarser.ms : Number.POSITIVE_INFINITY;
      const end = slotOf(step, bucketAt(step, Math.min(now() - step.keepMs, rolled)));
      for (let slot = await store.firstSlot(step); slot !== undefined && slot < end && !signal?.aborted; ) {
        if ((await store.remove(step, slot, ROWS_AT_ONCE)) < ROWS_AT_ONCE) slot = await store.firstSlot(step);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    await writers.prune(now() - DAY.keepMs);
  }

  return { rollUp, prune };
}
