/** Background work of webhooks: one process routes facts, probes and tidies; every process sends. */
import { background, type Jobs, type WorkerJob } from "@/lib/core/jobs";
import { countFactBytes, pruneFacts } from "@/lib/core/outbox";
import { OUTBOX_KEEP_DAYS } from "@/lib/core/outbox/contract";
import { QUEUE_MAX } from "./contract.constants";
import { type PostDeps, post } from "./post";
import { PROBE_MS } from "./sender";
import { sampleFact } from "./service.deliveries";
import type { WebhookStore } from "./store";
import type { WebhookRow } from "./store.rows";

type Deps = PostDeps & {
  jobs: Pick<Jobs, "every">;
  store: Pick<WebhookStore, "route" | "probed" | "mark" | "sweepDeliveries" | "removeOrphans">;
  sender: WorkerJob;
  hasAny(): boolean;
  /** Reads what webhooks want. */
  refresh(): Promise<void>;
  /** Tells the people of a webhook that it works again. */
  onRecovered(webhook: WebhookRow): Promise<unknown>;
  newId(prefix: string): string;
};

const ROUTE_MS = 1_000;
/** Facts of one moment are routed together. */
const SOON_MS = 100;
const PROBES_MS = 60_000;
const SWEEP_MS = 600_000;
const DAY_MS = 86_400_000;
const PROBES_MAX = 20;
/** A webhook that has been disabled for so long is no longer probed. */
const PROBED_DAYS = 30;
/** The most bytes of all stored facts together; the oldest go first. */
const FACTS_MAX_BYTES = 268_435_456;
const PRUNED = 500;

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
      const enabled = { disabled_at: null, probe_at: null, failing_since: null, failures: 0, held_until: null };
      await store.mark(webhook.id, { ...enabled, last_error: null });
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
      while (!signal.aborted && (await pruneFacts(before, PRUNED)).facts === PRUNED);
      let excess = (await countFactBytes()) - FACTS_MAX_BYTES;
      while (!signal.aborted && excess > 0) {
        const deleted = await pruneFacts(undefined, PRUNED);
        if (deleted.facts === 0) break;
        excess -= deleted.bytes;
      }
    },
  });

  return {
    all: background([route, probes, sweep, sender], { start: deps.refresh }),
    /** Routes new facts soon. */
    wake: () => route.wake(SOON_MS),
  };
}
