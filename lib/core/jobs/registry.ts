/**
 * Background work, in one place: `every` for what is repeated, `worker` for a queue in the database. Neither runs twice at
 * once; both are jittered, slow down while they fail, and are awaited when they stop.
 *
 * Processes. A job runs in every process or, with `isLed`, in one at a time: the one that holds its lease (leader.ts).
 * Workers run in every process, because their `claim` leases each item.
 */
import { createLeadership, type Leadership, type Leases, RENEW_MS } from "./leader";
import { type Figures, type JobLog, Loop, type Scheduler } from "./loop";
import { Worker, type WorkerOptions } from "./worker";

export type EveryOptions = {
  /** The room and what the job does: `mail.sweep`. */
  name: string;
  /** Milliseconds from the end of one run to the start of the next, with a tenth of jitter. */
  interval: number;
  /** Milliseconds until the first run after each start; an interval when left out. */
  first?: number;
  /** Runs in only one process at a time. For work that would be wasted, or wrong, in several. */
  isLed?: boolean;
  /**
   * The work. `signal` tells it to end early: the job stops, or another process leads. `awayMs` is there in a led job's
   * first run since this process leads it: for how long no process did.
   */
  run(context: { signal: AbortSignal; awayMs?: number }): unknown;
};

export type Job = {
  name: string;
  start(): void;
  /** Resolves when the current run has ended. The job can be started again. */
  stop(): Promise<void>;
  /** Runs the job within `ms`, by default at once, and once more if it is running. Does nothing while it is stopped. */
  wake(ms?: number): void;
};
export type WorkerJob = Job & { settled(): Promise<void> };

export type JobState = Figures & {
  name: string;
  kind: "interval" | "queue";
  /** `standby`: another process leads the job. */
  state: "stopped" | "waiting" | "running" | "standby";
  runsIn: "every_process" | "one_process";
  interval: number;
  nextRunAt: number | null;
};

type Deps = {
  scheduler: Scheduler;
  log: JobLog;
  leases: Leases;
  /** This process's id among those that share the leases. */
  holder: string;
};

/** Runs one step of a job that this process runs only while it leads the job. */
async function leadAndRun(
  leadership: Leadership,
  { name, run }: Pick<EveryOptions, "name" | "run">,
  stopped: AbortSignal,
): Promise<boolean> {
  const lead = await leadership.lead(name);
  if (!lead || stopped.aborted) return false;
  // Do not use AbortSignal.any: its result stays attached to both signals, which live as long as the process.
  const ended = new AbortController();
  const end = () => ended.abort();
  for (const signal of [stopped, lead.lost]) signal.addEventListener("abort", end);
  try {
    await run({ signal: ended.signal, awayMs: lead.awayMs });
  } finally {
    for (const signal of [stopped, lead.lost]) signal.removeEventListener("abort", end);
  }
  return true;
}

type Context = { scheduler: Scheduler; log: JobLog };
type Listing = { list(name: string, state: () => JobState): void };

const stateOf = (loop: Loop, isBusy: boolean): "stopped" | "waiting" | "running" =>
  isBusy ? "running" : loop.isStarted ? "waiting" : "stopped";

/** The leases of the started led jobs, which are renewed while there are any. */
function createLeading(leadership: Leadership, deps: Context) {
  const led = new Set<string>();
  const renewals = new Loop(
    {
      ...{ name: "jobs.leases", interval: RENEW_MS, retry: RENEW_MS },
      step: () => leadership.renew().then(() => true),
    },
    deps,
  );
  return {
    renewals,
    join(name: string): void {
      led.add(name);
      renewals.start();
    },
    /**
     * Lets another process lead the job at once. If that cannot be written, another one takes over when the lease
     * expires.
     */
    async leave(name: string): Promise<void> {
      if (!led.delete(name)) return;
      if (led.size === 0) await renewals.stop();
      await leadership.resign(name).catch((err) => deps.log.warn({ err, job: name }, "job lease not released"));
    },
  };
}

type Leading = ReturnType<typeof createLeading> & { leadership: Leadership };

function declareEvery(options: EveryOptions, leading: Leading, deps: Context & Listing): Job {
  const { name, interval, first, isLed = false, run } = options;
  const { leadership } = leading;
  const step = async (signal: AbortSignal): Promise<boolean> => {
    if (isLed) return leadAndRun(leadership, options, signal);
    await run({ signal });
    return true;
  };
  const loop = new Loop({ name, interval, first, step }, deps);
  deps.list(name, () => {
    const state = stateOf(loop, loop.isRunning);
    const isStandby = state === "waiting" && isLed && !leadership.isHeld(name);
    return {
      ...{ ...loop.figures, name, interval, kind: "interval", nextRunAt: loop.nextRunAt },
      ...{ state: isStandby ? "standby" : state, runsIn: isLed ? "one_process" : "every_process" },
    };
  });
  return {
    name,
    start() {
      if (isLed) leading.join(name);
      loop.start();
    },
    async stop() {
      await loop.stop();
      await leading.leave(name);
    },
    wake: (ms) => loop.wake(ms),
  };
}

function declareWorker<T>(options: WorkerOptions<T>, deps: Context & Listing): WorkerJob {
  const { name, interval } = options;
  const worker = new Worker(options, deps);
  deps.list(name, () => ({
    ...{ ...worker.loop.figures, name, interval, kind: "queue", nextRunAt: worker.loop.nextRunAt },
    ...{ state: stateOf(worker.loop, worker.active > 0), runsIn: "every_process" },
  }));
  return {
    name,
    start: () => worker.loop.start(),
    stop: () => worker.stop(),
    wake: (ms) => worker.loop.wake(ms),
    settled: () => worker.settled(),
  };
}

export function createJobs({ scheduler, log, leases, holder }: Deps) {
  const listed = new Map<string, () => JobState>();
  const leadership = createLeadership({ leases, holder, scheduler });
  const leading = { ...createLeading(leadership, { scheduler, log }), leadership };
  const deps = {
    ...{ scheduler, log },
    list(name: string, state: () => JobState): void {
      if (listed.has(name)) throw new Error(`There are two background jobs named ${name}`);
      listed.set(name, state);
    },
  };
  return {
    /** Declares a job that repeats. @throws Error when another job has its name */
    every: (options: EveryOptions): Job => declareEvery(options, leading, deps),
    /** Declares a queue's worker. @throws Error when another job has its name */
    worker: <T>(options: WorkerOptions<T>): WorkerJob => declareWorker(options, deps),
    /** Returns every declared job of this process, by name. */
    list: (): JobState[] => [...listed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, state]) => state()),
  };
}

export type Jobs = ReturnType<typeof createJobs>;
