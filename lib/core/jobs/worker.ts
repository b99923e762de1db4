/** A worker for a queue in the database, which processes a bounded number of items at a time. */
import { type JobLog, Loop, type Scheduler } from "./loop";

export type WorkerOptions<T> = {
  name: string;
  /** Milliseconds between searches for items that nobody announced by `wake`. */
  interval: number;
  /** Milliseconds until the first search after each start; 0 when left out. */
  first?: number;
  /** Items under way at a time. */
  concurrency: number;
  /**
   * Claims more items when this many or fewer are in progress. The default, half of `concurrency`, claims several per
   * search. 0 claims a batch only when the batch before it has ended.
   */
  refillAt?: number;
  /** Milliseconds `stop` waits for items under way; their leases end by themselves. Waits for all when left out. */
  drain?: number;
  /** Leases at most `limit` items, so that no other process takes them. An empty result ends the search. */
  claim(limit: number, signal: AbortSignal): Promise<T[]>;
  /** Settles one item. If it throws, the error is logged, and the item is due again when its lease expires. */
  run(item: T, signal: AbortSignal): Promise<unknown>;
};

export class Worker<T> {
  readonly loop: Loop;
  #options: WorkerOptions<T>;
  #scheduler: Scheduler;
  #active = new Set<Promise<void>>();

  constructor(options: WorkerOptions<T>, deps: { scheduler: Scheduler; log: JobLog }) {
    const { name, interval, first = 0 } = options;
    this.#options = options;
    this.#scheduler = deps.scheduler;
    this.loop = new Loop({ name, interval, first, step: (signal) => this.#look(signal) }, deps);
  }

  /** Items under way. */
  get active(): number {
    return this.#active.size;
  }

  async stop(): Promise<void> {
    const ended = this.loop.stop().then(() => this.#rest());
    const { drain } = this.#options;
    if (drain === undefined) return ended;
    let cancel = () => {};
    const patience = new Promise<void>((resolve) => {
      cancel = this.#scheduler.after(drain, resolve);
    });
    await Promise.race([ended, patience]);
    cancel();
  }

  /** For tests: tries everything that is due now, started or not. */
  async settled(): Promise<void> {
    await this.#look(new AbortController().signal);
    await this.#rest();
  }

  /** Claims items until none is due. The items count as runs, the search itself does not. */
  async #look(signal: AbortSignal): Promise<boolean> {
    const { concurrency, refillAt = Math.floor(concurrency / 2), claim } = this.#options;
    while (!signal.aborted) {
      if (this.#active.size > refillAt) {
        await Promise.race(this.#active);
        continue;
      }
      const items = await claim(concurrency - this.#active.size, signal);
      if (items.length === 0) break;
      for (const item of items) this.#begin(item, signal);
    }
    return false;
  }

  #begin(item: T, signal: AbortSignal): void {
    const began = this.#scheduler.now();
    const work = this.#options
      .run(item, signal)
      .then(
        () => this.loop.succeeded(began),
        (error) => this.loop.failed(error, began),
      )
      .finally(() => this.#active.delete(work));
    this.#active.add(work);
  }

  async #rest(): Promise<void> {
    while (this.#active.size > 0) await Promise.all(this.#active);
  }
}
