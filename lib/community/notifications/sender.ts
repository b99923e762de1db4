/**
 * Sends what is queued: a bounded number at a time of each channel, so that a push service that does not answer holds up no
 * mail. Each is leased, so that several processes share the work and a restart loses nothing (a message under way when the
 * process died may arrive twice). What fails for now is tried again later and later; what can never arrive takes its device
 * with it.
 */

import { readJson } from "@/lib/core/format/json";
import { cutText } from "@/lib/core/format/text";
import { Channel } from "./contract";
import type { Payload, Result } from "./push/transport";
import type { DeliveryJob, Outcome, QueueStore } from "./store.queue";

type Deps = {
  store: Pick<QueueStore, "lease" | "settle" | "drop" | "wasRead">;
  /** One message by the job's channel. */
  send(job: DeliveryJob, payload: Payload, signal: AbortSignal): Promise<Result>;
  now(): number;
  random?: () => number;
  onError(error: unknown): void;
};

/** Under way at a time, per channel. */
const CONCURRENCY = 16;
const POLL_MS = 2_000;
const LEASE_MS = 90_000;
const ATTEMPTS_MAX = 8;
/** News of yesterday is not sent any more. */
const STALE_MS = 86_400_000;
const BACKOFF_MS = 2_000;
const BACKOFF_MAX_MS = 3_600_000;
/** How long a stopping process waits for what is under way. */
const STOP_MS = 3_000;

/** When to try again after `attempts` tries: 2 s, 8 s, 32 s… with a fifth of chance, or when the service says. */
function backoff(attempts: number, afterMs: number | undefined, random: number): number {
  const own = BACKOFF_MS * 4 ** (attempts - 1) * (0.9 + random / 5);
  return Math.round(Math.min(Math.max(own, afterMs ?? 0), BACKOFF_MAX_MS));
}

export function createSender({ store, send, now, random = Math.random, onError }: Deps) {
  const lanes = Channel.exclude(["in_app"]).options.map(createLane);
  let timer: NodeJS.Timeout | undefined;
  let over = new AbortController();

  function outcomeOf(job: DeliveryJob, { state, detail, afterMs }: Result, aborted: boolean): Outcome {
    const at = now();
    if (state === "sent") return { status: "sent", error: null, due_at: at };
    if (aborted) return { status: "queued", error: null, due_at: at };
    if (state === "retry" && job.attempts < ATTEMPTS_MAX && at - job.created_at < STALE_MS)
      return { status: "queued", error: cutText(detail, 500), due_at: at + backoff(job.attempts, afterMs, random()) };
    return { status: state === "gone" ? "dropped" : "failed", error: cutText(detail, 500), due_at: at };
  }

  async function run(job: DeliveryJob): Promise<void> {
    try {
      if (job.attempts > ATTEMPTS_MAX)
        return await store.settle(job, { status: "failed", error: "given up", due_at: now() }, now());
      if (await store.wasRead(job.notification_id))
        return await store.settle(job, { status: "dropped", error: "read meanwhile", due_at: now() }, now());
      const { signal } = over;
      const result = await send(job, readJson(job.payload) as Payload, signal);
      const outcome = outcomeOf(job, result, signal.aborted);
      await store.settle(job, outcome, now());
      if (result.state === "gone" && job.device_id) await store.drop(job.device_id, cutText(result.detail, 500), now());
    } catch (error) {
      // The lease ends by itself, and the message is due again.
      onError(error);
    }
  }

  function createLane(channel: DeliveryJob["channel"]) {
    const active = new Set<Promise<void>>();
    let pumping: Promise<void> | undefined;
    let again = false;

    async function pump(): Promise<void> {
      while (!over.signal.aborted) {
        if (active.size > CONCURRENCY / 2) {
          await Promise.race(active);
          continue;
        }
        const jobs = await store.lease(channel, CONCURRENCY - active.size, now(), now() + LEASE_MS);
        if (jobs.length === 0) return;
        for (const job of jobs) {
          const sending: Promise<void> = run(job).finally(() => active.delete(sending));
          active.add(sending);
        }
      }
    }

    /** Something is due: look at once, and once more if asked while looking. */
    function wake(): void {
      again = true;
      pumping ??= (async () => {
        while (again && !over.signal.aborted) {
          again = false;
          await pump().catch(onError);
        }
      })().finally(() => {
        pumping = undefined;
        if (again && !over.signal.aborted) wake();
      });
    }

    return {
      wake,
      /** Resolves when nothing is under way. */
      async rest(): Promise<void> {
        while (pumping || active.size > 0) await Promise.allSettled([pumping, ...active]);
      },
      /** What is under way now has ended. */
      ended: () => Promise.allSettled([pumping, ...active]),
    };
  }

  const wake = () => {
    for (const lane of lanes) lane.wake();
  };

  return {
    wake: () => {
      if (timer) wake();
    },
    start(): void {
      if (timer) return;
      over = new AbortController();
      timer = setInterval(wake, POLL_MS).unref();
      wake();
    },
    async stop(): Promise<void> {
      clearInterval(timer);
      timer = undefined;
      over.abort();
      const ended = Promise.all(lanes.map((lane) => lane.ended()));
      const patience = new Promise((resolve) => setTimeout(resolve, STOP_MS).unref());
      await Promise.race([ended, patience]);
    },
    /** For tests: everything that is due now has been tried. */
    async settled(): Promise<void> {
      wake();
      await Promise.all(lanes.map((lane) => lane.rest()));
    },
  };
}
