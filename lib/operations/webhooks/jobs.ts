/** Background work of webhooks: one process routes facts, probes and tidies; every process sends. */
import { background, type Jobs, type WorkerJob } from "@/lib/core/jobs";
import { countFactBytes, pruneFacts } from "@/lib/core/outbox";
import { OUTBOX_KEEP_DAYS } from "@/lib/core/outbox/contract";
import { QUEUE_MAX } from "./contract.constants";
import { type PostDeps, post } from "./post";
import { PROBE_MS } from "./sender";
import { sampleFact } from "./service.deliveries";
import type { WebhookStore } from "./store";
import { ENABLED, HOUR_MS, type WebhookRow } from "./store.rows";

type Deps = PostDeps & {
  jobs: Pick<Jobs, "every">;
  store: Pick<WebhookStore, "route" | "probed" | "mark" | "sweepDeliveries" | "sweepHours" | "removeOrphans">;
  sender: WorkerJob;
  hasAny(): boolean;
  /** Reads which facts webhooks want. */
  refresh(): Promise<void>;
  /** Notifies the people of a webhook that it works again. */
  onRecovered(webhook: WebhookRow): Promise<unknown>;
  newId(prefix: string): string;
  /** Runs after the jobs have ended. */
  stop(): Promise<void>;
};

const ROUTE_MS = 1_000;
/** The wait before new facts are routed, so that those of one moment are routed together. */
const GATHER_MS = 100;
const PROBES_MS = 60_000;
const SWEEP_MS = 600_000;
const DAY_MS = 86_400_000;
const PROBES_MAX = 20;
/** A webhook that has been disabled for this many days is no longer probed. */
const PROBED_DAYS = 30;
/** The most bytes of all stored facts together; the oldest go first. */
const FACTS_MAX_BYTES = 268_435_456;
/** The most facts that one statement deletes. */
const PRUNED_MAX = 500;

/** Builds the jobs. Call once per process. */
export function createWebhookJobs(deps: Deps) {
  const { store, sender, now, newId } = deps;

  const route = deps.jobs.every({
    ...{ name: "webhooks.route", interval: ROUTE_MS, isLed: true },
    async run({ signal }) {
      if (!deps.hasAny()) return;
      while (!signal.aborted && (await store.route({ at: now(), newId, queueMax: QUEUE_MAX })));
      sender.wake();
    },
  });

  async function probe(webhook: WebhookRow): Promise<void> {
    const { result, error } = await post(deps, webhook, sampleFact("webhook.probe", webhook, newId("fact"), now()));
    if (result === "taken") {
      await store.mark(webhook.id, { ...ENABLED, last_error: null });
      await deps.onRecovered(webhook);
      return;
    }
    const isLast = now() - (webhook.disabled_at ?? 0) > PROBED_DAYS * DAY_MS;
    await store.mark(webhook.id, { probe_at: isLast ? null : now() + PROBE_MS, last_error: error });
  }

  const probes = deps.jobs.every({
    ...{ name: "webhooks.probe", interval: PROBES_MS, isLed: true },
    async run({ signal }) {
      if (!deps.hasAny()) return;
      for (const webhook of await store.probed(now(), PROBES_MAX)) if (!signal.aborted) await probe(webhook);
    },
  });

  const sweep = deps.jobs.every({
    ...{ name: "webhooks.sweep", interval: SWEEP_MS, isLed: true },
    async run({ signal }) {
      const before = now() - OUTBOX_KEEP_DAYS * DAY_MS;
      if ((await store.removeOrphans()) > 0) await deps.refresh();
      await store.sweepDeliveries(before, now(), signal);
      await store.sweepHours(Math.floor(before / HOUR_MS));
      while (!signal.aborted && (await pruneFacts(before, PRUNED_MAX)).facts === PRUNED_MAX);
      let excess = (await countFactBytes()) - FACTS_MAX_BYTES;
      while (!signal.aborted && excess > 0) {
        const deleted = await pruneFacts(undefined, PRUNED_MAX);
        if (deleted.facts === 0) break;
        excess -= deleted.bytes;
      }
    },
  });

  return {
    all: background([route, probes, sweep, sender], { start: deps.refresh, stop: deps.stop }),
    /** Routes new facts within GATHER_MS. */
    wake: () => route.wake(GATHER_MS),
  };
}
