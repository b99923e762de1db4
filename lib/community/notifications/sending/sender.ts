/**
 * Sends queued deliveries, a bounded number at a time per channel, so that a slow push service does not delay email.
 * Each delivery is leased, so that several processes share the work and a restart loses nothing (a message being sent
 * when the process died may arrive twice). Temporary failures are retried with growing delays; a permanent failure
 * removes the device.
 */

import { Channel } from "@/lib/community/notifications/contract";
import type { Payload, Result } from "@/lib/community/notifications/push/transport";
import { readJson } from "@/lib/core/format/json";
import { cutText } from "@/lib/core/format/text";
import type { Jobs } from "@/lib/core/jobs";
import type { DeliveryJob, Outcome, QueueStore } from "./store";

type Deps = {
  jobs: Pick<Jobs, "worker">;
  store: Pick<QueueStore, "lease" | "settle" | "drop" | "wasRead">;
  /** Sends one message through the job's channel. */
  send(job: DeliveryJob, payload: Payload, signal: AbortSignal): Promise<Result>;
  now(): number;
  random?: () => number;
};

/** The number of messages being sent at a time, per channel. */
const CONCURRENCY = 16;
const POLL_MS = 2_000;
const LEASE_MS = 90_000;
const ATTEMPTS_MAX = 8;
/** A message older than a day is not sent any more. */
const STALE_MS = 86_400_000;
const BACKOFF_MS = 2_000;
const BACKOFF_MAX_MS = 3_600_000;
/** The time for which a stopping process waits for deliveries in progress. */
const DRAIN_MS = 3_000;

/** Returns when to retry after `attempts` tries: 2 s, 8 s, 32 s… with 20 % of jitter, or when the service says. */
function backoff(attempts: number, afterMs: number | undefined, random: number): number {
  const own = BACKOFF_MS * 4 ** (attempts - 1) * (0.9 + random / 5);
  return Math.round(Math.min(Math.max(own, afterMs ?? 0), BACKOFF_MAX_MS));
}

export function createSender({ jobs, store, send, now, random = Math.random }: Deps) {
  function outcomeOf(job: DeliveryJob, { state, detail, afterMs }: Result, aborted: boolean): Outcome {
    const at = now();
    if (state === "sent") return { status: "sent", error: null, due_at: at };
    if (aborted) return { status: "queued", error: null, due_at: at };
    if (state === "retry" && job.attempts < ATTEMPTS_MAX && at - job.created_at < STALE_MS)
      return { status: "queued", error: cutText(detail, 500), due_at: at + backoff(job.attempts, afterMs, random()) };
    return { status: state === "gone" ? "dropped" : "failed", error: cutText(detail, 500), due_at: at };
  }

  async function run(job: DeliveryJob, signal: AbortSignal): Promise<void> {
    if (job.attempts > ATTEMPTS_MAX)
      return await store.settle(job, { status: "failed", error: "given up", due_at: now() }, now());
    if (await store.wasRead(job.notification_id))
      return await store.settle(job, { status: "dropped", error: "read meanwhile", due_at: now() }, now());
    const result = await send(job, readJson(job.payload) as Payload, signal);
    const outcome = outcomeOf(job, result, signal.aborted);
    await store.settle(job, outcome, now());
    if (result.state === "gone" && job.device_id) await store.drop(job.device_id, cutText(result.detail, 500), now());
  }

  const lanes = Channel.exclude(["in_app"]).options.map((channel) =>
    jobs.worker<DeliveryJob>({
      ...{ name: `notifications.${channel}`, interval: POLL_MS, concurrency: CONCURRENCY, drain: DRAIN_MS, run },
      claim: (limit) => store.lease(channel, limit, now(), now() + LEASE_MS),
    }),
  );

  return {
    lanes,
    /** Call when a delivery may be due. */
    wake(): void {
      for (const lane of lanes) lane.wake();
    },
    /** For tests: everything that is due now has been tried. */
    settled: () => Promise.all(lanes.map((lane) => lane.settled())),
  };
}
