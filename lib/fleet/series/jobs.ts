/** Background work of series. */
import type { Job, Jobs } from "@/lib/core/jobs";

type Work = {
  flush(): Promise<void>;
  /** Notes how many bots are online. */
  sample(): Promise<void>;
  recover(): Promise<void>;
  rollUp(signal?: AbortSignal): Promise<void>;
  prune(signal?: AbortSignal): Promise<void>;
};

const FLUSH_MS = 10_000;
const SAMPLE_MS = 20_000;
const RECOVER_MS = 20_000;
const ROLL_UP_MS = 60_000;
const PRUNE_MS = 15 * 60_000;

export const createSeriesJobs = ({ every }: Pick<Jobs, "every">, work: Work): Job[] => [
  every({ name: "series.flush", interval: FLUSH_MS, run: () => work.flush() }),
  every({ name: "series.sample", interval: SAMPLE_MS, isLed: true, run: () => work.sample() }),
  every({ name: "series.recover", interval: RECOVER_MS, isLed: true, run: () => work.recover() }),
  every({ name: "series.roll_up", interval: ROLL_UP_MS, isLed: true, run: ({ signal }) => work.rollUp(signal) }),
  every({ name: "series.prune", interval: PRUNE_MS, isLed: true, run: ({ signal }) => work.prune(signal) }),
];
