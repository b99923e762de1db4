/** The queue of deliveries: facts are routed into it, and the sender settles them. */
import { inList, insertRows, type Queries, query, readPage, transaction } from "@/lib/core/db";
import { botsOfFact, type FactHead, keepTestFact, routedSince, takeUnrouted } from "@/lib/core/outbox";
import type { Cursor, Page } from "@/lib/core/pages";
import { taggedBots } from "@/lib/fleet/bots";
import { botsOf, type DeliveryRow, hasActiveOwner, kindsOf, type WebhookRow } from "./store.rows";

/** The state of a delivery after an attempt. */
type Outcome = Pick<
  DeliveryRow,
  "status" | "attempts" | "http_status" | "took_ms" | "error" | "reply" | "tried_at" | "finished_at"
>;
type Deps = { at: number; newId(prefix: string): string };
type Filter = Pick<WebhookRow, "team_id" | "kinds" | "bots" | "tag">;

/** Limits a log of deliveries. Times are in epoch ms. */
type DeliveryFilter = { status?: DeliveryRow["status"]; kind?: string; from?: number; to?: number };

/** The most facts routed in one transaction. */
const ROUTED_MAX = 200;
/** Old deliveries deleted by one statement. */
const SWEPT = 1000;

/**
 * Returns which facts each webhook receives. Tags are looked up now, so that a tag that a bot was given since the webhook was
 * created counts.
 */
async function createMatch(trx: Queries, webhooks: readonly Filter[], facts: readonly FactHead[]) {
  const tags = new Set(webhooks.flatMap(({ tag }) => tag ?? []));
  const bots = new Map(facts.map((fact) => [fact.id, botsOfFact(fact)]));
  const ids = [...new Set([...bots.values()].flat())];
  const tagged = new Map<string, Set<string>>();
  for (const tag of tags) tagged.set(tag, await taggedBots(trx, tag, ids));
  return (webhook: Filter): FactHead[] => {
    const kinds = new Set<string>(kindsOf(webhook));
    const own = botsOf(webhook);
    const isLimited = own !== null || webhook.tag !== null;
    const fits = (id: string) =>
      (own === null || own.includes(id)) && (webhook.tag === null || tagged.get(webhook.tag)!.has(id));
    return facts.filter(
      ({ id, kind, team_id }) =>
        kinds.has(kind) &&
        (webhook.team_id === null || webhook.team_id === team_id) &&
        (!isLimited || bots.get(id)!.some(fits)),
    );
  };
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

/** Counts facts that a webhook's full queue did not take. */
async function countSkipped(
  trx: Queries,
  id: string,
  { facts, since }: { facts: number; since: number },
): Promise<void> {
  await trx
    .updateTable("webhook")
    .set((eb) => ({
      skipped: eb("skipped", "+", facts),
      skipped_since: eb.fn.coalesce("skipped_since", eb.val(since)),
    }))
    .where("id", "=", id)
    .execute();
}

/**
 * Queues the deliveries of the oldest facts that have none yet.
 *
 * @param queueMax  for a webhook with this many waiting deliveries, further facts are only counted: a replay delivers them
 * @returns whether there may be more facts
 */
const route = ({ at, newId, queueMax }: Deps & { queueMax: number }): Promise<boolean> =>
  transaction(async (trx) => {
    const facts = await takeUnrouted(trx, ROUTED_MAX);
    if (facts.length === 0) return false;
    const teams = [...new Set(facts.flatMap(({ team_id }) => team_id ?? []))];
    const webhooks = await trx
      .selectFrom("webhook")
      .select(["id", "team_id", "kinds", "bots", "tag"])
      .where("disabled_at", "is", null)
      .where((eb) => eb.or([eb("team_id", "is", null), eb("team_id", "in", inList(teams))]))
      .where(hasActiveOwner("webhook.team_id"))
      .execute();
    const received = await createMatch(trx, webhooks, facts);
    for (const webhook of webhooks) {
      const wanted = received(webhook);
      if (wanted.length === 0) continue;
      const room = Math.max(0, queueMax - (await countQueued(trx, webhook.id)));
      const rows = wanted.slice(0, room).map((fact) => deliveryOf(webhook.id, fact, "event", { at, newId }));
      await insertRows(trx, "webhook_delivery", rows);
      const [first] = wanted.slice(room);
      if (first) await countSkipped(trx, webhook.id, { facts: wanted.length - room, since: first.at });
    }
    return facts.length === ROUTED_MAX;
  });

/**
 * Queues stored facts from `from` on (epoch ms) once more. When these are all and include those that the full queue did not
 * take, that count starts again.
 *
 * @returns how many, and whether these are all
 */
const replay = (
  webhook: WebhookRow,
  from: number,
  max: number,
  deps: Deps,
): Promise<{ queued: number; is_complete: boolean }> =>
  transaction(async (trx) => {
    const wish = { kinds: kindsOf(webhook), teamId: webhook.team_id, at: from, limit: 500 };
    const room = Math.max(0, max - (await countQueued(trx, webhook.id)));
    let queued = 0;
    for (let after = 0; ; ) {
      const facts = await routedSince(trx, { ...wish, afterSeq: after });
      const all = (await createMatch(trx, [webhook], facts))(webhook);
      const wanted = all.slice(0, room - queued);
      await insertRows(
        trx,
        "webhook_delivery",
        wanted.map((fact) => deliveryOf(webhook.id, fact, "replay", deps)),
      );
      queued += wanted.length;
      if (wanted.length < all.length) return { queued, is_complete: false };
      if (facts.length < 500) break;
      after = facts.at(-1)!.seq;
    }
    await trx
      .updateTable("webhook")
      .set({ skipped: 0, skipped_since: null })
      .where("id", "=", webhook.id)
      .where("skipped_since", ">=", from)
      .execute();
    return { queued, is_complete: true };
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

  /** A page of a webhook's deliveries, newest first. Times in epoch ms: from `from` on, before `to`. */
  deliveries: (
    webhookId: string,
    { status, kind, from, to }: DeliveryFilter,
    range: { after?: Cursor; limit: number },
  ): Promise<Page<DeliveryRow>> =>
    readPage(
      deliveries(webhookId)
        .$if(status !== undefined, (some) => some.where("status", "=", status!))
        .$if(kind !== undefined, (some) => some.where("kind", "=", kind!))
        .$if(from !== undefined, (some) => some.where("created_at", ">=", from!))
        .$if(to !== undefined, (some) => some.where("created_at", "<", to!)),
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
