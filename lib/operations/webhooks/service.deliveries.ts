/** Lets people read the log of a webhook, send tests, and deliver facts again. */
import type { z } from "zod";
import type { Actor } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { signedHeaders } from "@/lib/core/outbound/signed";
import { readFacts } from "@/lib/core/outbox";
import { afterId, rowsOf, shownPage } from "@/lib/core/pages";
import type { listWebhookDeliveries, WebhookDelivery } from "./contract";
import { QUEUE_MAX, TESTS_MAX } from "./contract.constants";
import { bodyOf, noteOf, type PostDeps, post } from "./post";
import { type ServiceDeps, webhookAccess } from "./service";
import { type DeliveryRow, HOUR_MS, toDelivery, type WebhookRow } from "./store.rows";

type Deps = Pick<ServiceDeps, "store" | "now" | "newId"> & PostDeps & { wake(): void };

type DeliveryQuery = Partial<z.output<typeof listWebhookDeliveries.query>> & { limit: number };

/** Returns the fact of a test or a probe. Its empty subject keeps it out of replays. */
export const sampleFact = (
  kind: string,
  { id, team_id }: Pick<WebhookRow, "id" | "team_id">,
  factId: string,
  at: number,
) => {
  const body = JSON.stringify({ webhook_id: id, message: "This is a test event from Muster." });
  return { id: factId, kind, bot_id: null, team_id, subject: "", at, bots: null, bytes: body.length, body };
};

/** Returns the headers of a delivery's last attempt, without those that only the receiver needs. */
function headersOf({ fact_id, tried_at }: DeliveryRow): Record<string, string> {
  if (tried_at === null) return {};
  const { "webhook-signature": _signature, ...headers } = signedHeaders({ id: fact_id, at: tried_at, body: "" }, []);
  return headers;
}

/** Builds the service of deliveries for people. */
export function createDeliveryService(deps: Deps) {
  const { store, now, newId } = deps;
  const access = webhookAccess(deps);

  async function deliveryOf(webhook: WebhookRow, id: string): Promise<DeliveryRow> {
    const row = await store.delivery(webhook.id, id);
    if (!row) throw new AppError("NOT_FOUND", `The webhook has no delivery ${cutText(id, 64, "")}`);
    return row;
  }

  return {
    /** Lists deliveries newest first. @throws NOT_FOUND */
    async deliveries(actor: Actor, id: string, { cursor, limit, from, to, ...filter }: DeliveryQuery) {
      const { row: webhook } = await access.find(actor, id, "see");
      const times = { from: from ? Date.parse(from) : undefined, to: to ? Date.parse(to) : undefined };
      const page = await store.deliveries(webhook.id, { ...filter, ...times }, { after: afterId(cursor), limit });
      const { items, next_cursor } = shownPage(page, toDelivery);
      return { deliveries: rowsOf(items), next_cursor };
    },

    /** Returns a delivery with what was sent and answered. The body is null once the fact is no longer stored. @throws NOT_FOUND */
    async delivery(actor: Actor, id: string, deliveryId: string) {
      const { row: webhook } = await access.find(actor, id, "see");
      const row = await deliveryOf(webhook, deliveryId);
      const fact = (await readFacts([row.fact_id])).get(row.fact_id);
      const body = fact ? bodyOf(fact) : null;
      return { delivery: toDelivery(row), headers: headersOf(row), body, reply: row.reply };
    },

    /** Sends a test event at once, whatever state the webhook is in. @throws RATE_LIMITED after TESTS_MAX in an hour */
    async test(actor: Actor, id: string): Promise<{ success: boolean; message: string; delivery: WebhookDelivery }> {
      const { row: webhook } = await access.find(actor, id, "manage");
      if ((await store.countTests(id, now() - HOUR_MS)) >= TESTS_MAX)
        throw new AppError(
          "RATE_LIMITED",
          `A webhook gets at most ${TESTS_MAX} tests an hour: try again later`,
          undefined,
          3600,
        );
      describeAct(access.asTarget(webhook));
      const fact = sampleFact("webhook.test", webhook, newId("fact"), now());
      const answer = await post(deps, webhook, fact);
      const success = answer.result === "taken";
      const status = success ? "sent" : "dead";
      const outcome = { ...noteOf(answer), status, attempts: 1, finished_at: now() } as const;
      const row = await store.noteTest({ webhookId: id, fact, outcome }, { at: now(), newId });
      return {
        success,
        message: success ? "The receiver took the test event" : (answer.error ?? ""),
        delivery: toDelivery(row),
      };
    },

    /** Queues the stored facts from a time on. @throws CONFLICT the webhook is disabled */
    async replay(actor: Actor, id: string, from: string): Promise<{ queued: number; is_complete: boolean }> {
      const { row: webhook } = await access.find(actor, id, "manage");
      demandEnabled(webhook);
      describeAct({ ...access.asTarget(webhook), after: { from } });
      const replayed = await store.replay(webhook, Date.parse(from), QUEUE_MAX, { at: now(), newId });
      deps.wake();
      return replayed;
    },

    /** Queues one delivery's fact once more. @throws CONFLICT the webhook is disabled, or the fact is no longer stored */
    async redeliver(actor: Actor, id: string, deliveryId: string): Promise<WebhookDelivery> {
      const { row: webhook } = await access.find(actor, id, "manage");
      const row = await deliveryOf(webhook, deliveryId);
      demandEnabled(webhook);
      if ((await readFacts([row.fact_id])).size === 0)
        throw new AppError("CONFLICT", "The fact of this delivery is no longer stored");
      describeAct({ ...access.asTarget(webhook), after: { fact_id: row.fact_id } });
      const queued = await store.requeue(row, { at: now(), newId });
      deps.wake();
      return toDelivery(queued);
    },
  };
}

function demandEnabled({ disabled_at }: WebhookRow): void {
  if (disabled_at !== null)
    throw new AppError("CONFLICT", "The webhook is disabled: fix its receiver, then resume the webhook");
}
