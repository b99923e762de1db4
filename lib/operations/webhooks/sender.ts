/**
 * Sends queued deliveries. A webhook is leased by one process at a time; its deliveries about one bot are sent one after the other,
 * those about different bots at the same time. When the receiver fails, everything for it waits, so that the order holds and a
 * receiver that is down is not asked hundreds of times. A process that dies sends its last deliveries again, under the same id.
 */
import type { Jobs } from "@/lib/core/jobs";
import { readFacts } from "@/lib/core/outbox";
import { DISABLE_AFTER_DAYS } from "./contract.constants";
import { type Answer, noteOf, type PostDeps, post, UNSENT } from "./post";
import type { WebhookStore } from "./store";
import { type DeliveryRow, HOUR_MS, type WebhookRow } from "./store.rows";

type Deps = PostDeps & {
  jobs: Pick<Jobs, "worker">;
  store: Pick<WebhookStore, "lease" | "waiting" | "settle" | "mark" | "disable" | "countRequests">;
  /** Returns whether any webhook exists. Without one, the database is not asked. */
  hasAny(): boolean;
  /** Notifies the people of a webhook that it was disabled. */
  onDisabled(webhook: WebhookRow, error: string): Promise<unknown>;
  random?: () => number;
};

const POLL_MS = 2_000;
const CONCURRENCY = 8;
/** Deliveries read at a time, and lanes of one webhook that are sent at the same time. */
const BATCH = 64;
const LANES = 4;
/** A run sends no further delivery after this, so that with the last one it ends before its lease. */
const RUN_MS = 40_000;
const LEASE_MS = 90_000;
/** A delivery that the receiver answered with an error this often is given up, because it may be what makes it fail. */
const ATTEMPTS_MAX = 12;
const BACKOFF_MS = 5_000;
const BACKOFF_MAX_MS = 900_000;
const PAUSE_MAX_MS = 3_600_000;
const DAY_MS = 86_400_000;
export const PROBE_MS = 1_800_000;

/** The state of one run: when it must end, and the answer that made it stop. */
type Run = {
  webhook: WebhookRow;
  until: number;
  signal: AbortSignal;
  failure?: Answer;
  hasSent: boolean;
  requests: { sent: number; failed: number };
};

/** Builds the worker that sends. Call once per process. */
export function createSender(deps: Deps) {
  const { store, now, random = Math.random } = deps;

  /** @returns whether the next delivery of the lane may be sent */
  async function deliver(run: Run, delivery: DeliveryRow, facts: Awaited<ReturnType<typeof readFacts>>) {
    const attempts = delivery.attempts + 1;
    const fact = facts.get(delivery.fact_id);
    if (!fact) {
      const outcome = { ...UNSENT, error: "The fact is no longer stored" };
      await store.settle(delivery.id, { ...outcome, status: "dead", attempts, finished_at: now() });
      return true;
    }
    const answer = await post(deps, run.webhook, fact, run.signal);
    if (run.signal.aborted && answer.result === "away") return false;
    const { result } = answer;
    run.requests[result === "taken" ? "sent" : "failed"]++;
    const isDead = result === "refused" || (result === "failed" && attempts >= ATTEMPTS_MAX);
    const status = result === "taken" ? "sent" : isDead ? "dead" : "queued";
    const finished_at = status === "queued" ? null : now();
    await store.settle(delivery.id, { ...noteOf(answer), status, attempts, finished_at });
    if (result === "taken") run.hasSent = true;
    else if (result !== "refused") run.failure ??= answer;
    return run.failure === undefined;
  }

  async function sendBatch(run: Run, batch: DeliveryRow[]): Promise<void> {
    const facts = await readFacts(batch.map(({ fact_id }) => fact_id));
    const lanes = [...Map.groupBy(batch, ({ lane }) => lane).values()];
    const next = async (): Promise<void> => {
      for (let lane = lanes.shift(); lane; lane = lanes.shift())
        for (const delivery of lane) {
          if (run.failure || run.signal.aborted || now() > run.until) return;
          if (!(await deliver(run, delivery, facts))) return;
        }
    };
    await Promise.all(Array.from({ length: LANES }, next));
  }

  /** Stores how the run ended, and releases the lease. */
  async function conclude({ webhook, failure, hasSent, requests }: Run): Promise<void> {
    const at = now();
    if (requests.sent + requests.failed > 0)
      await store.countRequests(webhook.id, { hour: Math.floor(at / HOUR_MS), ...requests });
    const released = { leased_until: null, ...(hasSent && { last_sent_at: at }) };
    if (!failure) {
      const fine = { failures: 0, failing_since: null, held_until: null, last_error: null };
      await store.mark(webhook.id, { ...released, ...(hasSent && fine) });
      return;
    }
    const failures = hasSent ? 1 : webhook.failures + 1;
    const failing_since = hasSent ? at : (webhook.failing_since ?? at);
    const grown = BACKOFF_MS * 2 ** Math.min(failures - 1, 10) * (0.9 + random() / 5);
    const wait = Math.max(Math.min(grown, BACKOFF_MAX_MS), Math.min(failure.after_ms ?? 0, PAUSE_MAX_MS));
    const held_until = at + Math.round(wait);
    await store.mark(webhook.id, { ...released, failures, failing_since, held_until, last_error: failure.error });
    if (failure.result !== "gone" && at - failing_since < DISABLE_AFTER_DAYS * DAY_MS) return;
    const isFirst = await store.disable(webhook.id, { disabled_at: at, probe_at: at + PROBE_MS });
    if (isFirst) await deps.onDisabled(webhook, failure.error ?? "");
  }

  async function runWebhook(webhook: WebhookRow, signal: AbortSignal): Promise<void> {
    const run: Run = { webhook, until: now() + RUN_MS, signal, hasSent: false, requests: { sent: 0, failed: 0 } };
    try {
      for (;;) {
        const batch = await store.waiting(webhook.id, BATCH);
        if (batch.length === 0) break;
        await sendBatch(run, batch);
        if (run.failure || signal.aborted || now() > run.until) break;
      }
    } finally {
      await conclude(run);
    }
  }

  return deps.jobs.worker<WebhookRow>({
    ...{ name: "webhooks.send", interval: POLL_MS, concurrency: CONCURRENCY, run: runWebhook },
    claim: async (limit) => (deps.hasAny() ? store.lease(limit, now(), now() + LEASE_MS) : []),
  });
}
