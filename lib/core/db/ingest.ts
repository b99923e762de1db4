/**
 * Group commit for hot writes. Requests that arrive while a transaction is under way share the next one and are answered
 * after its commit, so a 200 means stored. A store registers a writer per kind of row; the writer gets all queued jobs of
 * its kind at once and returns one result per job. Hand-written, because a row measured 0.8 to 3.3 µs of CPU in a shared
 * transaction and about 500 µs through Prisma's `create` (decision 001).
 */
import { detached } from "@/lib/core/acts";
import { AppError, unavailable } from "@/lib/core/errors";
import { ActInTransaction } from "./acts";
import { db } from "./client";
import { isReserveSpent, isShortOfSpace } from "./reserve";
import type { Sql } from "./sql";

/** Writes all jobs and returns their results in order. An Error as a result refuses that job alone. */
export type Writer<Job, Result> = (tx: Sql, jobs: Job[]) => Promise<(Result | Error)[]>;

type Queued = {
  kind: string;
  job: unknown;
  rows: number;
  /** Set when the job is the change of an act, whose record is stored with it. */
  act: ActInTransaction | undefined;
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
};

/** The most rows that may wait. Beyond it callers get a 503 and retry. */
const MAX_QUEUED_ROWS = 100_000;
/** The most rows of one transaction, which bounds memory and the time that a checkpoint delays readers of the file. */
const MAX_BATCH_ROWS = 5_000;

/** The advisory lock's number. No other part of the server uses it. */
export const TURN = 72707370;

/**
 * Makes transactions on PostgreSQL that call it first run one after the other, across processes, until they commit;
 * SQLite does so anyway. Sequence numbers then grow in the order of commits, and two flushes cannot deadlock on each
 * other's bots.
 */
export async function takeTurn(tx: Sql): Promise<void> {
  if (tx.provider === "postgresql") await tx.all("SELECT pg_advisory_xact_lock($1::bigint)", [TURN]);
}

/** The space within the SQLite file that deleted rows have left. */
async function freeBytes(): Promise<number> {
  const [row] = await db().all<{ bytes: number }>(
    "SELECT freelist_count * page_size AS bytes FROM pragma_freelist_count, pragma_page_size",
  );
  return row?.bytes ?? 0;
}

class Ingest {
  #writers = new Map<string, Writer<unknown, unknown>>();
  #queue: Queued[] = [];
  #queuedRows = 0;
  #flushing: Promise<void> | undefined;
  /** Totals since the start, for the system page and metrics. */
  readonly counters = { rows: 0, flushes: 0 };
  /** Called with the duration of each commit in seconds. */
  onFlush: (seconds: number) => void = () => {};

  get queued(): number {
    return this.#queuedRows;
  }

  /**
   * Names how jobs of `kind` are written. Later registration of the same kind (hot reload) replaces it. A mass is refused
   * while the disk is full, so that people can sign in and make room (reserve.ts).
   */
  register<Job, Result>(
    kind: string,
    writer: Writer<Job, Result>,
    { isMass = false } = {},
  ): (job: Job, rows?: number) => Promise<Result> {
    this.#writers.set(kind, writer as Writer<unknown, unknown>);
    return (job, rows = 1) =>
      (isMass && isReserveSpent() ? this.#addIfRoom(kind, job, rows) : this.#add(kind, job, rows)) as Promise<Result>;
  }

  /** Resolves when everything queued so far is committed or refused. */
  async drain(): Promise<void> {
    while (this.#flushing) await this.#flushing;
  }

  async #addIfRoom(kind: string, job: unknown, rows: number): Promise<unknown> {
    if (await isShortOfSpace(freeBytes)) throw unavailable("The disk is full; nothing was stored", 10);
    return this.#add(kind, job, rows);
  }

  #add(kind: string, job: unknown, rows: number): Promise<unknown> {
    if (this.#queuedRows + rows > MAX_QUEUED_ROWS)
      return Promise.reject(unavailable("Too many writes are waiting; nothing was stored", 2));
    return new Promise((resolve, reject) => {
      this.#queue.push({ kind, job, rows, act: ActInTransaction.begin(), resolve, reject });
      this.#queuedRows += rows;
      // Flush after the current tick, so that all rows queued during it share one transaction.
      this.#flushing ??= detached(() => new Promise<void>((done) => setImmediate(() => void this.#run().then(done))));
    });
  }

  async #run() {
    while (this.#queue.length > 0) {
      const batch = this.#take();
      try {
        await this.#commit(batch);
      } catch (error) {
        // One job makes the whole batch fail: write each alone, so that only that job is refused.
        if (batch.length === 1 || (error instanceof AppError && error.code === "UNAVAILABLE")) {
          for (const item of batch) item.reject(error);
        } else for (const item of batch) await this.#commit([item]).catch(item.reject);
      }
      for (const item of batch) this.#queuedRows -= item.rows;
    }
    this.#flushing = undefined;
  }

  #take(): Queued[] {
    let rows = 0;
    let count = 0;
    while (count < this.#queue.length && (count === 0 || rows + this.#queue[count]!.rows <= MAX_BATCH_ROWS)) {
      rows += this.#queue[count]!.rows;
      count++;
    }
    return this.#queue.splice(0, count);
  }

  async #commit(batch: Queued[]) {
    const groups = new Map<string, Queued[]>();
    for (const item of batch) {
      const group = groups.get(item.kind);
      if (group) group.push(item);
      else groups.set(item.kind, [item]);
    }
    const began = performance.now();
    const acts = batch.filter(({ act }) => act);
    let results: Map<Queued, unknown>;
    try {
      results = await db().write((tx) => this.#write(tx, groups, acts));
      for (const { act } of acts) act!.ended(true);
    } catch (error) {
      for (const { act } of acts) act!.ended(false);
      throw error;
    }
    this.onFlush((performance.now() - began) / 1000);
    this.counters.flushes++;
    for (const item of batch) {
      this.counters.rows += item.rows;
      const value = results.get(item);
      if (value instanceof Error) item.reject(value);
      else item.resolve(value as never);
    }
  }

  /** Writes a batch in its transaction, with the records of the acts it belongs to. @returns the result of each job */
  async #write(tx: Sql, groups: Map<string, Queued[]>, acts: Queued[]): Promise<Map<Queued, unknown>> {
    const results = new Map<Queued, unknown>();
    await takeTurn(tx);
    for (const [kind, items] of groups) {
      const values = await this.#writers.get(kind)!(
        tx,
        items.map((item) => item.job),
      );
      items.forEach((item, index) => {
        results.set(item, values[index]);
      });
    }
    for (const item of acts) if (!(results.get(item) instanceof Error)) await item.act!.store(tx);
    return results;
  }
}

export const ingest = new Ingest();
