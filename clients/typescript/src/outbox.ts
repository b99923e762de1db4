/**
 * A bounded buffer of entries for a server that may be unreachable. It sends batches in order, and drops the oldest
 * entries when it is full.
 */
import { writeJson } from "./json.js";
import { MusterError } from "./types.js";

const LIMIT = 10_000;
const BATCH = 500;
const BATCH_BYTES = 1_000_000;
const DELAY_MS = 50;

type Item<T> = { entry: T; bytes: number };

export class Outbox<T extends object> {
  #queue: Item<T>[] = [];
  #sending: Promise<void> | undefined;
  #inFlight = 0;
  #dropped = 0;
  #flushNow: (() => void) | undefined;

  /**
   * @param send delivers one batch; rejects with a MusterError that is not transient when it was refused for good
   * @param dropped called once per outage with the number of entries dropped
   * @param refused called with each entry that the server refuses
   */
  constructor(
    readonly send: (batch: T[]) => Promise<unknown>,
    readonly dropped: (count: number) => void,
    readonly refused: (entry: T, error: Error) => void,
  ) {}

  push(entry: T): void {
    if (this.#queue.length + this.#inFlight >= LIMIT) {
      this.#queue.shift();
      this.#dropped++;
    }
    this.#queue.push({ entry, bytes: writeJson(entry).length });
    if (this.#queue.length >= BATCH) this.#flushNow?.();
    this.#sending ??= this.#run();
  }

  /** Resolves when everything pushed so far was sent or refused. */
  async drain(): Promise<void> {
    this.#flushNow?.();
    await this.#sending;
  }

  async #run() {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, DELAY_MS);
      this.#flushNow = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#flushNow = undefined;
    while (this.#queue.length > 0) {
      const batch = this.#take();
      this.#inFlight = batch.length;
      await this.#deliver(batch);
      this.#inFlight = 0;
      const count = this.#dropped;
      this.#dropped = 0;
      if (count > 0) this.dropped(count);
    }
    this.#sending = undefined;
  }

  #take(): T[] {
    let bytes = 0;
    let count = 0;
    while (
      count < this.#queue.length &&
      count < BATCH &&
      (count === 0 || bytes + this.#queue[count]!.bytes <= BATCH_BYTES)
    )
      bytes += this.#queue[count++]!.bytes;
    return this.#queue.splice(0, count).map((item) => item.entry);
  }

  /** Halves a refused batch until the bad entry is alone, because the server stores a batch whole or not at all. */
  async #deliver(batch: T[]): Promise<void> {
    try {
      await this.send(batch);
    } catch (error) {
      const splits = error instanceof MusterError && (error.status === 400 || error.status === 413);
      if (batch.length > 1 && splits) {
        const half = batch.length >> 1;
        await this.#deliver(batch.slice(0, half));
        await this.#deliver(batch.slice(half));
      } else for (const entry of batch) this.refused(entry, error as Error);
    }
  }
}
