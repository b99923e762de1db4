/** The queue of deliveries: facts are routed into it, and the sender settles them. */
import { inList, insertRows, type Queries, query, readPage, transaction } from "@/lib/core/db";
import { type FactHead, keepTestFact, routedSince, takeUnrouted } from "@/lib/core/outbox";
import type { Cursor, Page } from "@/lib/core/pages";
import { botsOf, type DeliveryRow, hasActiveOwner, kindsOf, type WebhookRow } from "./store.rows";

/** The state of a delivery after an attempt. */
type Outcome = Pick<DeliveryRow, "status" | "attempts" | "http_status" | "took_ms" | "error" | "finished_at">;
type Deps = { at: number; newId(prefix: string): string };
type Filter = Pick<WebhookRow, "team_id" | "kinds" | "bots">;

/** The most facts routed in one transaction. */
const ROUTED_MAX = 200;
/** Old deliveries deleted by one statement. */
const SWEPT = 1000;

/** Returns a function that says whether the webhook receives a fact. */
function receives(webhook: Filter): (fact: FactHead) => boolean {
  const kinds = new Set<string>(kindsOf(webhook));
  const bots = botsOf(webhook);
  return ({ kind, team_id, bot_id }) =>
    kinds.has(kind) &&
    (webhook.team_id === null || webhook.team_id === team_id) &&
    (bots === null || (bot_id !== null && bots.includes(bot_id)));
}

const deliveryOf = (webhookId: string, fact: FactHead, cause: "event" | "replay", { at, newId }: Deps) => ({
  ...{ id: newId("whd"), webhook_id: webhookId, fact_id: fact.id, kind: fact.kind, cause },
  ...{ lane: fact.bot_id ?? fact.subject, created_at: at },
});

const countQueued = async (queries: Queries, webhookId: string): Promise<number> => {
  const { waiting } = await queries
    .selectFrom("webhook_delivery")
    .select((eb) => eb.fn.countAll<number>().as("waiting"))
    .where("webhook_id", "=", webhookId)
    .where("status", "=", "queued")
    .executeTakeFirstOrThrow();
  return Number(waiting);
};

/**
 * Queues the deliveries of the oldest facts that have none yet.
 *
 * @param queueMax  a webhook with this many waiting deliveries gets further ones as dead letters, which a person can redeliver
 * @returns whether there may be more facts
 */
const route = ({ at, newId, queueMax }: Deps & { queueMax: number }): Promise<boolean> =>
  transaction(async (trx) => {
    const facts = await takeUnrouted(trx, ROUTED_MAX);
    if (facts.length === 0) return false;
    const teams = [...new Set(facts.flatMap(({ team_id }) => team_id ?? []))];
    const webhooks = await trx
      .selectFrom("webhook")
      .select(["id", "team_id", "kinds", "bots"])
      .where("disabled_at", "is", null)
      .where((eb) => eb.or([eb("team_id", "is", null), eb("team_id", "in", inList(teams))]))
      .where(hasActiveOwner("webhook.team_id"))
      .execute();
    for (const webhook of webhooks) {
      const wanted = facts.filter(receives(webhook));
      if (wanted.length === 0) continue;
      const room = queueMax - (await countQueued(trx, webhook.id));
      const full = { status: "dead", finished_at: at, error: `${queueMax} deliveries were waiting already` } as const;
      const usual = { status: "queued", finished_at: null, error: null } as const;
      const rows = wanted.map((fact, place) => ({
        ...deliveryOf(webhook.id, fact, "event", { at, newId }),
        ...(place < room ? usual : full),
      }));
      await insertRows(trx, "webhook_delivery", rows);
    }
    return facts.length === ROUTED_MAX;
  });

/** Queues stored facts from `from` on (epoch ms) once more. @returns how many, and whether these are all */
const replay = (
  webhook: WebhookRow,
  from: number,
  max: number,
  deps: Deps,
): Promise<{ queued: number; is_complete: boolean }> =>
  transaction(async (trx) => {
    const fits = receives(webhook);
    const wish = { kinds: kindsOf(webhook), teamId: webhook.team_id, at: from, limit: 500 };
    const room = max - (await countQueued(trx, webhook.id));
    let queued = 0;
    for (let after = 0; ; ) {
      const facts = await routedSince(trx, { ...wish, afterSeq: after });
      const wanted = facts.filter(fits).slice(0, room - queued);
      await insertRows(
        trx,
        "webhook_delivery",
        wanted.map((fact) => deliveryOf(webhook.id, fact, "replay", deps)),
      );
      queued += wanted.length;
      if (facts.length < 500) return { queued, is_complete: facts.filter(fits).length === wanted.length };
      if (queued >= room) return { queued, is_complete: false };
      after = facts.at(-1)!.seq;
    }
  });

const deliveries = (webhookId: string) =>
  query().selectFrom("webhook_delivery").selectAll().where("webhook_id", "=", webhookId).$castTo<DeliveryRow>();

/** Queues a delivery's fact once more. */
const requeue = (row: DeliveryRow, { at, newId }: Deps): Promise<DeliveryRow> =>
  query()
    .insertInto("webhook_delivery")
    .values({
      ...{ id: newId("whd"), webhook_id: row.webhook_id, fact_id: row.fact_id, kind: row.kind },
      ...{ lane: row.lane, cause: "replay", created_at: at },
    })
    .returningAll()
    .$castTo<DeliveryRow>()
    .executeTakeFirstOrThrow();

type Test = { webhookId: string; fact: Parameters<typeof keepTestFact>[1]; outcome: Outcome };

/** Stores a test that was sent, so that the log shows it. @returns its delivery */
const noteTest = ({ webhookId, fact, outcome }: Test, { at, newId }: Deps): Promise<DeliveryRow> =>
  transaction(async (trx) => {
    await keepTestFact(trx, fact);
    return trx
      .insertInto("webhook_delivery")
      .values({
        ...{ id: newId("whd"), webhook_id: webhookId, fact_id: fact.id, kind: fact.kind, lane: "", cause: "test" },
        ...{ ...outcome, created_at: at },
      })
      .returningAll()
      .$castTo<DeliveryRow>()
      .executeTakeFirstOrThrow();
  });

/** Settles a delivery that is still queued. */
async function settle(id: string, outcome: Outcome): Promise<void> {
  await query()
    .updateTable("webhook_delivery")
    .set(outcome)
    .where("id", "=", id)
    .where("status", "=", "queued")
    .execute();
}

/**
 * Gives up deliveries that have waited since before `at`, and deletes those that ended before it, some at a time: a busy
 * server has millions, and one statement for all would hold up every other one.
 */
async function sweepDeliveries(at: number, now: number, signal: AbortSignal): Promise<void> {
  const old = { status: "dead", finished_at: now, error: "It could not be delivered for days" };
  await query()
    .updateTable("webhook_delivery")
    .set(old)
    .where("status", "=", "queued")
    .where("created_at", "<", at)
    .execute();
  const ended = query()
    .selectFrom("webhook_delivery")
    .select("seq")
    .where("created_at", "<", at)
    .where("finished_at", "<", now)
    .limit(SWEPT);
  for (let swept = SWEPT; swept === SWEPT && !signal.aborted; ) {
    const deletion = await query().deleteFrom("webhook_delivery").where("seq", "in", ended).executeTakeFirst();
    swept = Number(deletion.numDeletedRows);
  }
}

export const createQueueStore = () => ({
  ...{ route, replay, requeue, noteTest, settle, sweepDeliveries },

  /** The oldest waiting deliveries of a webhook, in order. */
  waiting: (webhookId: string, limit: number): Promise<DeliveryRow[]> =>
    deliveries(webhookId).where("status", "=", "queued").orderBy("seq").limit(limit).execute(),

  /** A page of a webhook's deliveries, newest first. */
  deliveries: (
    webhookId: string,
    status: DeliveryRow["status"] | undefined,
    range: { after?: Cursor; limit: number },
  ): Promise<Page<DeliveryRow>> =>
    readPage(
      deliveries(webhookId).$if(status !== undefined, (some) => some.where("status", "=", status!)),
      { by: ["seq"], direction: "desc" },
      range,
    ),

  delivery: (webhookId: string, id: string): Promise<DeliveryRow | undefined> =>
    deliveries(webhookId).where("id", "=", id).executeTakeFirst(),

  /** Counts the tests sent to a webhook since `at` (epoch ms). */
  async countTests(webhookId: string, at: number): Promise<number> {
    const { tests } = await query()
      .selectFrom("webhook_delivery")
      .select((eb) => eb.fn.countAll<number>().as("tests"))
      .where("webhook_id", "=", webhookId)
      .where("created_at", ">=", at)
      .where("cause", "=", "test")
      .executeTakeFirstOrThrow();
    return Number(tests);
  },
});
