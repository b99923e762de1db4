/**
 * Takes the messages of queues as if they were requests. One process reads all queues, each message after the one before, so that
 * commands keep the order of their queue. The broker forgets a message only after what it made is stored.
 */
import { BrokerError, consume, type MessageHandler, parseBrokerAddress } from "@/lib/core/brokers";
import { AppError } from "@/lib/core/errors";
import type { Jobs } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import { BODY_MAX } from "./contract.constants";
import type { Receiving } from "./receiving";
import type { IncomingStore } from "./store";
import type { HookRow } from "./store.rows";

type Deps = {
  jobs: Pick<Jobs, "every">;
  store: Pick<IncomingStore, "sources" | "get" | "noteTrouble">;
  take: Receiving["take"];
  unseal(text: string): string;
};

/** How often the list of queues is read, and the longest time until a change of it has effect. */
const REFRESH_MS = 2_000;
const BACKOFF_MS = 1_000;
const BACKOFF_MAX_MS = 60_000;

/** Resolves after a time, or when the signal aborts. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms).unref();
    if (signal.aborted) end();
    else signal.addEventListener("abort", end);
  });

/** Reads the body as text. @throws AppError  it is too large, or not UTF-8 */
function textOf(body: Buffer): string {
  if (body.length > BODY_MAX)
    throw new AppError("PAYLOAD_TOO_LARGE", `The message has more than ${BODY_MAX / 1024} kB`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw new AppError("INVALID_INPUT", "The message is not UTF-8");
  }
}

/** Builds the function that works on the messages of one webhook. `end` stops the reading. */
function createHandler({ store, take }: Deps, hook: HookRow, end: () => void): MessageHandler {
  return async ({ id, header, body }) => {
    const row = await store.get(hook.id);
    if (!row || row.paused === 1 || row.source !== hook.source) {
      end();
      throw new BrokerError("away", "The webhook no longer takes messages");
    }
    try {
      await take(row, {
        header: (name) => header(name) ?? (name === "webhook-id" ? id : undefined),
        read: async () => ({ bytes: body, text: textOf(body) }),
      });
      return "taken";
    } catch (error) {
      // The log of the webhook has the reason. A message that only has to wait is delivered again.
      if (error instanceof AppError && error.code !== "UNAVAILABLE" && error.retryAfter === undefined) return "refused";
      logger.warn({ err: error, hook_id: hook.id }, "message of a queue could not be worked on");
      throw new BrokerError("away", "A message could not be worked on, and is delivered again");
    }
  };
}

/** Reads the queue of one webhook until the signal aborts, and starts again after each error with a growing pause. */
async function readQueue(deps: Deps, hook: HookRow, signal: AbortSignal, end: () => void): Promise<void> {
  const handle = createHandler(deps, hook, end);
  const note = (error: string | null) => deps.store.noteTrouble(hook.id, error);
  let hasTrouble = hook.last_outcome === null && hook.last_error !== null;
  const onReady = () => {
    if (hasTrouble) void note(null).catch(() => {});
    hasTrouble = false;
  };
  for (let failures = 0; !signal.aborted; ) {
    const began = performance.now();
    try {
      const address = parseBrokerAddress(deps.unseal(hook.source!), "consume");
      if (!address) return;
      await consume(address, handle, { signal, onReady });
    } catch (error) {
      if (signal.aborted) return;
      failures = performance.now() - began > BACKOFF_MAX_MS ? 1 : failures + 1;
      hasTrouble = true;
      await note(`The queue could not be read. ${error instanceof Error ? error.message : "It gave no reason"}`);
      await pause(Math.min(BACKOFF_MS * 2 ** Math.min(failures - 1, 10), BACKOFF_MAX_MS), signal);
    }
  }
}

/** Builds the job that reads queues. Call once per process. */
export function createConsuming(deps: Deps) {
  type Reader = { source: string; end(): void; isOver(): boolean; ended: Promise<void> };

  function start(hook: HookRow): Reader {
    const stopped = new AbortController();
    const end = () => stopped.abort();
    // A failure of the database ends the reader, and the next look at the list starts it again.
    const ended = readQueue(deps, hook, stopped.signal, end).catch(end);
    return { source: hook.source!, end, isOver: () => stopped.signal.aborted, ended };
  }

  /** Reads all queues until the signal aborts or there is none. */
  async function run({ signal }: { signal: AbortSignal }): Promise<void> {
    const readers = new Map<string, Reader>();
    try {
      while (!signal.aborted) {
        const hooks = new Map((await deps.store.sources()).map((hook) => [hook.id, hook]));
        for (const [id, reader] of readers)
          if (reader.isOver() || hooks.get(id)?.source !== reader.source) {
            reader.end();
            await reader.ended;
            readers.delete(id);
          }
        for (const hook of hooks.values()) if (!readers.has(hook.id)) readers.set(hook.id, start(hook));
        if (readers.size === 0) return;
        await pause(REFRESH_MS, signal);
      }
    } finally {
      for (const { end } of readers.values()) end();
      await Promise.all([...readers.values()].map(({ ended }) => ended));
    }
  }

  return deps.jobs.every({ name: "incoming.consume", interval: REFRESH_MS, isLed: true, run });
}
