/** Reads samples of any step, and the stretches of time in which the server counted, for charts. */
import type { Clock } from "@/lib/core/clock";
import { joined, type Stretch } from "./known";
import type { Sample } from "./sample";
import { bucketAt, finerOf, type Step } from "./steps";
import type { SeriesStore } from "./store";
import type { Marks, WriterStore } from "./store.writers";

export type StoredDeps = {
  store: Pick<SeriesStore, "read" | "firstSlot">;
  writers: Pick<WriterStore, "between">;
  marks: Pick<Marks, "read">;
  now: Clock;
};
type Each = (sample: Sample, bucket: number) => void;

export function createStored({ store, writers, marks, now }: StoredDeps) {
  /** Reads stored samples, and sums finer ones where they are not rolled up yet. */
  async function read(step: Step, rows: readonly string[], [first, last]: [number, number], each: Each): Promise<void> {
    const finer = finerOf(step);
    if (!finer) return store.read(step, rows, [first, last], each);
    const rolled = (await marks.read(step)) ?? 0;
    if (first < rolled) await store.read(step, rows, [first, Math.min(last, rolled - 1)], each);
    if (last < rolled) return;
    const ratio = step.ms / finer.ms;
    const rest: [number, number] = [Math.max(first, rolled) * ratio, (last + 1) * ratio - 1];
    const kept = ((await store.firstSlot(finer)) ?? 0) * finer.perRow;
    await read(finer, rows, [Math.max(rest[0], kept), rest[1]], (sample, bucket) =>
      each(sample, Math.floor(bucket / ratio)),
    );
  }

  /** The stretches in which some process counted, as far as buckets of the step are kept. */
  async function knownStretches(step: Step, { from, to }: Stretch): Promise<Stretch[]> {
    const at = now();
    const kept = (bucketAt(step, at - step.keepMs) + 1) * step.ms;
    const ran = (await writers.between(from, to)).map((writer) => ({
      from: Math.max(from, kept, writer.started_at),
      to: Math.min(to, at, writer.is_done || writer.lost_at !== null ? writer.flushed_at : at),
    }));
    return joined(ran.filter((stretch) => stretch.to > stretch.from));
  }

  return { read, knownStretches };
}
