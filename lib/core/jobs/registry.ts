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
  /** Runs in one process at a time. For what would be wasted, or wrong, in several. */
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
  /** Resolves when what is under way has ended. The job can be started again. */
  stop(): Promise<void>;
  /** Runs it within `ms`, at once when left out; once more when it is running. Does nothing while it is stopped. */
  wake(ms?: number): void;
};
export type WorkerJob = Job & { settled(): Promise<void> };

export type JobState = Figures & {
  name: string;
  kind: "interval" | "queue";
  /** `standby`: another process leads it. */
  state: "stopped" | "waiting" | "running" | "standby";
  runsIn: "every_process" | "one_process";
  interval: number;
  nextRunAt: number | null;
};

type Deps = {
  scheduler: Scheduler;
  log: JobLog;
  leases: Leases;
  /** This process, among those that share the leases. */
  holder: string;
};

/** The step of a job that this process runs only while it leads it. */
async function leadAndRun(
  leadership: Leadership,
  { name, run }: Pick<EveryOptions, "name" | "run">,
  stopped: AbortSignal,
): Promise<boolean> {
  const lead = await leadership.lead(name);
  if (!lead || stopped.aborted) return false;
  // Not AbortSignal.any: what it makes stays with the two signals, which live as long as the process.
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

export function createJobs({ scheduler, log, leases, holder }: Deps) {
  const listed = new Map<string, () => JobState>();
  const leadership = createLeadership({ leases, holder, scheduler });
  const deps = { scheduler, log };
  /** Led jobs that are started: while there are any, their leases are renewed. */
  const led = new Set<string>();
  const renewals = new Loop(
    {
      ...{ name: "jobs.leases", interval: RENEW_MS, retry: RENEW_MS },
      step: () => leadership.renew().then(() => true),
    },
    deps,
  );

  function list(name: string, state: () => JobState): void {
    if (listed.has(name)) throw new Error(`There are two background jobs named ${name}`);
    listed.set(name, state);
  }
  const stateOf = (loop: Loop, isBusy: boolean): "stopped" | "waiting" | "running" =>
    isBusy ? "running" : loop.isStarted ? "waiting" : "stopped";

  /** Declares a job that repeats. @throws Error when another job has its name */
  function every({ name, interval, first, isLed = false, run }: EveryOptions): Job {
    const step = async (signal: AbortSignal): Promise<boolean> => {
      if (isLed) return leadAndRun(leadership, { name, run }, signal);
      await run({ signal });
      return true;
    };
    const loop = new Loop({ name, interval, first, step }, deps);
    list(name, () => {
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
        if (isLed) {
          led.add(name);
          renewals.start();
        }
        loop.start();
      },
      async stop() {
        await loop.stop();
        if (!led.delete(name)) return;
        if (led.size === 0) await renewals.stop();
        // Another process takes over when the lease runs out.
        await leadership.resign(name).catch((err) => log.warn({ err, job: name }, "job lease not released"));
      },
      wake: (ms) => loop.wake(ms),
    };
  }

  /** Declares a queue's worker. @throws Error when another job has its name */
  function worker<T>(options: WorkerOptions<T>): WorkerJob {
    const { name, interval } = options;
    const own = new Worker(options, deps);
    list(name, () => ({
      ...{ ...own.loop.figures, name, interval, kind: "queue", nextRunAt: own.loop.nextRunAt },
      ...{ state: stateOf(own.loop, own.active > 0), runsIn: "every_process" },
    }));
    return {
      name,
      start: () => own.loop.start(),
      stop: () => own.stop(),
      wake: (ms) => own.loop.wake(ms),
      settled: () => own.settled(),
    };
  }

  return {
    every,
    worker,
    /** Every declared job, by name; of this process. */
    list: (): JobState[] => [...listed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, state]) => state()),
  };
}

export type Jobs = ReturnType<typeof createJobs>;
