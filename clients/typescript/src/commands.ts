import type { Link } from "./link.js";
import { cutText } from "./text.js";
import type { Command, Json, MusterError, Outcome } from "./types.js";

/** How many finished commands are remembered, so that a command delivered twice is answered without running again. */
const REMEMBERED = 10_000;

export type WorkContext = {
  /**
   * Aborts when the bot stops, and when somebody cancels the command; the outcome of a cancelled command is ignored.
   */
  signal: AbortSignal;
  /**
   * Shows how far the command is: 0–100, with a note of up to 500 characters. Never throws: a report that cannot be
   * delivered is dropped. Resolves when the server has the report, or when it was dropped.
   */
  progress: (percent: number, note?: string) => Promise<void>;
  /** Extends this bot's lease on the command to `seconds` (1–3600) from now. Throws MusterError when the server refuses. */
  extend: (seconds: number) => Promise<void>;
  /**
   * The traceparent that is sent back with the outcome: at first the command's own. Set it to that of a span you begin, to
   * join the span to the command's trace.
   */
  traceparent: string | undefined;
};

/** `cancelled` aborts when the server has settled the command, so that there is nothing left to acknowledge. */
type Seen = { outcome?: Outcome; acking?: boolean; cancelled: AbortController };

type Options = {
  /** The most commands that run at the same time. */
  concurrency: number;
  handle(command: Command, context: WorkContext): unknown;
  problem(text: string): void;
};

/** The commands of a bot. Each one runs once, and its outcome is sent until the server has it. */
export class Commands {
  readonly #link: Link;
  readonly #concurrency: number;
  readonly #handle: Options["handle"];
  readonly #problem: Options["problem"];
  readonly #seen = new Map<string, Seen>();
  readonly #waiting: Command[] = [];
  readonly #working = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #running = 0;

  constructor(link: Link, { concurrency, handle, problem }: Options) {
    this.#link = link;
    this.#concurrency = concurrency;
    this.#handle = handle;
    this.#problem = problem;
  }

  /** Starts or queues a delivered command. @returns false when the bot is stopping and takes no more commands */
  receive(command: Command): boolean {
    if (this.#stopping.signal.aborted) return false;
    const seen = this.#seen.get(command.id);
    if (seen) {
      // The command was delivered again. If it has finished here, its ack was lost and is sent again; if it still runs,
      // the ack will follow.
      if (seen.outcome) this.#track(this.#ack(command.id, seen));
      return true;
    }
    this.#seen.set(command.id, { cancelled: new AbortController() });
    this.#waiting.push(command);
    this.#next();
    return true;
  }

  #next() {
    while (this.#running < this.#concurrency && this.#waiting.length > 0) {
      this.#running++;
      this.#track(this.#run(this.#waiting.shift()!));
    }
  }

  async #run(command: Command) {
    const seen = this.#seen.get(command.id)!;
    const context: WorkContext = {
      signal: AbortSignal.any([this.#stopping.signal, seen.cancelled.signal]),
      progress: (percent, note) =>
        this.#report(command.id, seen, {
          progress: Math.min(100, Math.max(0, Math.round(percent))),
          ...(note !== undefined && { note: cutText(note, 500) }),
        }).catch(() => {}),
      extend: (seconds) => this.#report(command.id, seen, { lease: seconds }),
      traceparent: command.traceparent,
    };
    try {
      if (seen.cancelled.signal.aborted) throw new Error("Cancelled before it began");
      const value = await this.#handle(command, context);
      seen.outcome = { status: "completed", result: asObject(value) };
    } catch (error) {
      seen.outcome = { status: "failed", result: { error: error instanceof Error ? error.message : String(error) } };
    }
    if (context.traceparent) seen.outcome.traceparent = context.traceparent;
    this.#running--;
    this.#next();
    await this.#ack(command.id, seen);
    for (const [id, { outcome, acking }] of this.#seen) {
      if (this.#seen.size <= REMEMBERED) break;
      if (outcome && !acking) this.#seen.delete(id);
    }
  }

  /**
   * Reports progress or extends the lease. The server refuses both for a settled command, which is how polling bots
   * learn of a cancellation.
   */
  async #report(id: string, seen: Seen, report: { progress?: number; note?: string; lease?: number }): Promise<void> {
    const path = `/api/commands/${encodeURIComponent(id)}/progress`;
    try {
      await this.#link.request("POST", path, report, "progress", { command_id: id });
    } catch (error) {
      if ((error as MusterError).status === 409) seen.cancelled.abort();
      throw error;
    }
  }

  async #ack(id: string, seen: Seen): Promise<void> {
    if (seen.acking || seen.cancelled.signal.aborted) return;
    seen.acking = true;
    const path = `/api/commands/${encodeURIComponent(id)}/ack`;
    try {
      await this.#link.retrying(() => this.#link.request("POST", path, seen.outcome!, "ack", { command_id: id }));
    } catch (error) {
      const { status, message } = error as MusterError;
      if ((status === 400 || status === 413) && seen.outcome!.status === "completed") {
        // Fail the command when its result cannot be stored; otherwise it would be delivered again for ever.
        seen.outcome = { status: "failed", result: { error: `The result could not be stored: ${message}` } };
        seen.acking = false;
        return this.#ack(id, seen);
      }
      this.#problem(`The outcome of ${id} was not taken: ${message}`);
    }
    seen.acking = false;
  }

  #track(work: Promise<void>) {
    this.#working.add(work);
    void work.finally(() => this.#working.delete(work));
  }

  /** Aborts the handler of a command that the server has settled: its outcome is no longer needed. */
  cancel(id: string): void {
    this.#seen.get(id)?.cancelled.abort();
  }

  /** Refuses every command that is delivered from now on. */
  stop(): void {
    this.#stopping.abort();
    this.#waiting.length = 0;
  }

  /** Resolves when no handler is running and every outcome has been delivered. */
  async settled(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working);
  }
}

function asObject(value: unknown): Json {
  if (value === undefined || value === null) return {};
  return typeof value === "object" && !Array.isArray(value) ? (value as Json) : { value };
}
