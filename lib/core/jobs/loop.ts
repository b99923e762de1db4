/**
 * The schedule of one background job: it decides when the job runs next, never runs it twice at once, waits longer
 * after each failure, and waits for the run when it stops. registry.ts builds `every` and `worker` on it.
 */
import { withinContext } from "@/lib/core/acts";

/** Time as jobs see it, so that tests can move it. */
export type Scheduler = {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `run` once after `ms`; the returned function cancels that. */
  after(ms: number, run: () => void): () => void;
  /** From 0 up to 1, for the jitter. */
  random(): number;
};
export type JobLog = Record<"info" | "warn", (fields: object, message: string) => void>;

/** Counters of past runs; durations in milliseconds. A worker's runs are its items. */
export type Figures = {
  runs: number;
  failures: number;
  busyMs: number;
  lastStartedAt: number | null;
  lastSuccessAt: number | null;
  lastDurationMs: number | null;
  lastError: string | null;
};
const noFigures = (): Figures => ({
  ...{ runs: 0, failures: 0, busyMs: 0, lastStartedAt: null, lastSuccessAt: null, lastDurationMs: null },
  lastError: null,
});

type Step = (signal: AbortSignal) => Promise<boolean>;
type Options = {
  name: string;
  /** Milliseconds from the end of one run to the start of the next. */
  interval: number;
  /** Milliseconds until the first run after each start; a jittered interval when left out. */
  first?: number;
  /** Milliseconds until a failed run is repeated; grows with each failure when left out. */
  retry?: number;
  /** Does the work. Resolves false when there was nothing to do, which does not count as a run. */
  step: Step;
};
type Deps = { scheduler: Scheduler; log: JobLog };

/** Each interval varies by this share, so that processes and jobs do not run in lockstep. */
const JITTER = 0.1;
/**
 * The delay before a failed run is repeated is twice this time, or twice the interval if that is shorter. It doubles
 * with each further failure.
 */
const RETRY_MS = 5_000;
/** The longest pause between failures of a job whose own interval is shorter. */
const RETRY_MAX_MS = 15_000;

/** Milliseconds after `failures` in a row. */
const retryAfter = (failures: number, interval: number): number =>
  Math.min(Math.min(interval, RETRY_MS) * 2 ** failures, Math.max(interval, RETRY_MAX_MS));
const isPowerOfTwo = (n: number): boolean => (n & (n - 1)) === 0;

export class Loop {
  readonly figures = noFigures();
  #options: Options;
  #deps: Deps;
  #session: AbortController | undefined;
  #cancel: (() => void) | undefined;
  #dueAt: number | null = null;
  #running: Promise<void> | undefined;
  /** The time of the next run, if `wake` was called during a run. */
  #wakeAt = Number.POSITIVE_INFINITY;
  /** Failures since the last success. */
  #streak = 0;

  constructor(options: Options, deps: Deps) {
    this.#options = options;
    this.#deps = deps;
  }

  get isStarted(): boolean {
    return this.#session !== undefined;
  }
  get isRunning(): boolean {
    return this.#running !== undefined;
  }
  /** Epoch milliseconds of the next run; null while it runs or is stopped. */
  get nextRunAt(): number | null {
    return this.#dueAt;
  }

  start(): void {
    if (this.#session) return;
    this.#session = new AbortController();
    this.#schedule(this.#options.first ?? this.#withJitter(this.#options.interval));
  }

  /** Ends the schedule, aborts the signal of the current run, and resolves when that run has ended. */
  async stop(): Promise<void> {
    this.#session?.abort();
    this.#session = undefined;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#dueAt = null;
    this.#wakeAt = Number.POSITIVE_INFINITY;
    await this.#running;
  }

  /**
   * Runs the job within `ms`. During a run, it runs once more afterwards, because the current run may miss what the
   * caller changed.
   */
  wake(ms = 0): void {
    if (!this.#session) return;
    const at = this.#deps.scheduler.now() + ms;
    if (this.#running) this.#wakeAt = Math.min(this.#wakeAt, at);
    else if (ms === 0) this.#fire();
    else if (this.#dueAt === null || at < this.#dueAt) this.#schedule(ms);
  }

  #withJitter(ms: number): number {
    return Math.round(ms * (1 - JITTER + 2 * JITTER * this.#deps.scheduler.random()));
  }

  #schedule(ms: number): void {
    this.#cancel?.();
    this.#dueAt = this.#deps.scheduler.now() + ms;
    this.#cancel = this.#deps.scheduler.after(ms, () => this.#fire());
  }

  #fire(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#dueAt = null;
    const session = this.#session;
    if (!session) return;
    // A run from before the last stop, which was not awaited, is still in progress.
    if (this.#running) {
      this.#wakeAt = this.#deps.scheduler.now();
      return;
    }
    this.#running = this.#run(session.signal).then((pause) => {
      this.#running = undefined;
      if (!this.#session) return;
      const isFailing = this.#streak > 0 && this.#session === session;
      const wait = isFailing ? pause : Math.min(pause, Math.max(0, this.#wakeAt - this.#deps.scheduler.now()));
      this.#wakeAt = Number.POSITIVE_INFINITY;
      this.#schedule(wait);
    });
  }

  /** @returns milliseconds until the next run */
  async #run(signal: AbortSignal): Promise<number> {
    const began = this.#deps.scheduler.now();
    const { interval, step } = this.#options;
    try {
      // A job that a request has woken is not part of it.
      if (await withinContext({ job: this.#options.name }, () => step(signal))) this.succeeded(began);
      if (this.#streak > 0)
        this.#deps.log.info({ job: this.#options.name, failures: this.#streak }, "background job recovered");
      this.#streak = 0;
      return this.#withJitter(interval);
    } catch (error) {
      // A run that was told to stop may end by throwing; that is no failure.
      if (signal.aborted) return interval;
      this.#streak++;
      const pause = this.#options.retry ?? retryAfter(this.#streak, interval);
      this.failed(error, began, { failures: this.#streak, retry_in_ms: pause }, isPowerOfTwo(this.#streak));
      return this.#withJitter(pause);
    }
  }

  succeeded(began: number): void {
    const at = this.#ended(began);
    this.figures.lastSuccessAt = at;
    this.figures.lastError = null;
  }

  /** @param isLogged false for a failure like the ones before it: an outage must not fill the log */
  failed(error: unknown, began: number, fields: object = {}, isLogged = true): void {
    this.#ended(began);
    this.figures.failures++;
    this.figures.lastError = error instanceof Error ? error.message : String(error);
    if (isLogged) this.#deps.log.warn({ err: error, job: this.#options.name, ...fields }, "background job failed");
  }

  #ended(began: number): number {
    const at = this.#deps.scheduler.now();
    const took = Math.max(0, at - began);
    this.figures.runs++;
    this.figures.busyMs += took;
    this.figures.lastStartedAt = began;
    this.figures.lastDurationMs = took;
    return at;
  }
}
