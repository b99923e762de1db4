/** Samples the machine's load once a minute and keeps a day of it for dry runs of rules. Runs in the evaluating process. */
import type { HistoryStore } from "@/lib/operations/alerts/rules/store.history";

type Deps = {
  store: Pick<HistoryStore, "sample">;
  /** Returns shares from 0 to 1. */
  machine(): Promise<{ cpu: number; memory: number; disk: number }>;
  now(): number;
};

export const SAMPLE_MS = 60_000;
const KEPT_MS = 86_400_000;

/** The returned function may be called often; it takes at most one sample a minute. */
export function createSampler({ store, machine, now }: Deps) {
  let last = 0;
  return async function sample(): Promise<void> {
    const minute = Math.floor(now() / SAMPLE_MS) * SAMPLE_MS;
    if (minute === last) return;
    last = minute;
    const { cpu, memory, disk } = await machine();
    await store.sample(minute, { cpu: cpu * 100, memory: memory * 100, disk: disk * 100 }, minute - KEPT_MS);
  };
}
