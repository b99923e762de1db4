/**
 * Contract of webhooks: destinations of facts outside of this server, and what was delivered to them. All our own ("muster").
 * Requests follow Standard Webhooks (standardwebhooks.com).
 */
import { z } from "zod";
import {
  BotId,
  Cursor,
  EditedVersion,
  Name,
  type Operation,
  Success,
  Time,
  TimeInput,
  Version,
  WholeNumber,
} from "@/lib/core/contract";
import { TagName } from "@/lib/core/contract.tags";
import { FACT_KINDS, OUTBOX_KEEP_DAYS } from "@/lib/core/outbox/contract";
import { AccountId, TeamId } from "@/lib/identity/teams/contract";
import { WebhookUrl } from "./contract.address";
import { DISABLE_AFTER_DAYS, OVERLAP_HOURS_MAX, QUEUE_MAX, REPLY_MAX, TESTS_MAX } from "./contract.constants";

const Id = z.string().min(1).max(64);
const Kind = z.enum(FACT_KINDS);
const distinct = <T>(values: T[]): T[] => [...new Set(values)];
const Kinds = z.array(Kind).min(1).max(FACT_KINDS.length).overwrite(distinct);
const Bots = z.array(BotId).min(1).max(100).overwrite(distinct);

export const Webhook = z
  .object({
    webhook_id: z.string(),
    team_id: z.number().int().nullable().meta({ description: "null: it receives the facts of the whole server" }),
    name: z.string(),
    kinds: z.array(Kind),
    bots: z.array(z.string()).nullable().meta({ description: "the only bots it concerns; null: all bots of the team" }),
    tag: z.string().nullable().meta({ description: "it concerns only bots that have this tag when the fact arrives" }),
    hint: z.string().meta({
      description:
        "The host it posts to, or the broker without its credentials. The rest of the address may be a secret.",
    }),
    state: z.enum(["active", "paused", "failing", "disabled"]).meta({
      description: `failing: the last deliveries failed and are tried again; disabled: it failed for ${DISABLE_AFTER_DAYS} days, and is probed until it answers`,
    }),
    paused: z.boolean().meta({ description: "true: deliveries wait in the queue" }),
    failing_since: Time.nullable(),
    next_try_at: Time.nullable(),
    disabled_at: Time.nullable(),
    last_sent_at: Time.nullable(),
    last_error: z.string().nullable(),
    old_secret_until: Time.nullable().meta({ description: "until when the secret before the rotation signs, too" }),
    skipped: z
      .number()
      .int()
      .meta({
        description: `facts that were not queued because ${QUEUE_MAX} deliveries were waiting; a replay from \`skipped_since\` delivers them`,
      }),
    skipped_since: Time.nullable(),
    hours: z
      .array(z.object({ at: Time, sent: z.number().int(), failed: z.number().int() }))
      .meta({ description: "the requests of each of the last 24 hours that had any, oldest first" }),
    created_at: Time,
    version: Version,
  })
  .meta({ id: "Webhook" });
export type Webhook = z.infer<typeof Webhook>;

/** The kinds of requests: facts, and what Muster sends by itself. */
const DeliveryKind = z.enum([...FACT_KINDS, "webhook.test"]);
const DeliveryStatus = z.enum(["queued", "sent", "dead"]);
export const WebhookDelivery = z
  .object({
    delivery_id: z.string(),
    fact_id: z
      .string()
      .meta({ description: "The `webhook-id` of the request. Repetitions and replays carry the same one." }),
    kind: z.string(),
    cause: z.enum(["event", "replay", "test"]),
    status: DeliveryStatus.meta({ description: "dead: it was given up; you can deliver it again" }),
    attempts: z.number().int(),
    http_status: z.number().int().nullable(),
    took_ms: z.number().int().nullable(),
    error: z.string().nullable(),
    tried_at: Time.nullable().meta({ description: "the last attempt" }),
    created_at: Time,
    finished_at: Time.nullable(),
  })
  .meta({ id: "WebhookDelivery" });
export type WebhookDelivery = z.infer<typeof WebhookDelivery>;

const WebhookParams = z.object({ webhook_id: Id });
const DeliveryParams = WebhookParams.extend({ delivery_id: Id });
const OURS = { document: "muster" } as const;
const OWN = ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN"] as const;
const ONE = [...OWN, "NOT_FOUND"] as const;

const Fields = { name: Name(80), kinds: Kinds, bots: Bots.nullable(), tag: TagName.nullable(), url: WebhookUrl };

export const listWebhooks = {
  ...OURS,
  id: "listWebhooks",
  method: "GET",
  path: "/api/webhooks",
  summary: "List webhooks, newest first",
  description: "Those of the teams in which you are a maintainer; admins also see those of the whole server.",
  query: z.object({
    limit: WholeNumber(50, 100),
    cursor: Cursor,
    team_id: TeamId.optional().meta({ type: "integer", description: "only webhooks of this team" }),
  }),
  response: z.object({ webhooks: z.array(Webhook), count: z.number().int(), next_cursor: z.string().nullable() }),
  errors: ONE,
} as const satisfies Operation;

export const createWebhook = {
  ...OURS,
  id: "createWebhook",
  method: "POST",
  path: "/api/webhooks",
  summary: "Create a webhook",
  description: `Posts facts as JSON to an address, signed by Standard Webhooks. The secret is in this answer and never again. Deliveries arrive at least once, and those about one bot in order; a repetition has the same \`webhook-id\`. Maintainers of the team create them; a webhook of the whole server, and one that publishes to a message broker, is an admin's.`,
  body: z.strictObject({
    ...{ name: Fields.name, url: Fields.url, kinds: Fields.kinds },
    bots: Fields.bots.optional(),
    tag: Fields.tag.optional().meta({ description: "only bots with this tag, now or later; with `bots` both apply" }),
    team_id: AccountId.nullable().optional().meta({
      description: "absent: your personal team; null: the whole server (admins)",
    }),
  }),
  response: Success.extend({ webhook: Webhook, secret: z.string() }),
  errors: [...ONE, "CONFLICT"],
  example: { body: { name: "Deploys", url: "https://hooks.example.org/muster", kinds: ["command.failed"] } },
} as const satisfies Operation;

export const getWebhook = {
  ...OURS,
  id: "getWebhook",
  method: "GET",
  path: "/api/webhooks/{webhook_id}",
  summary: "Get a webhook",
  params: WebhookParams,
  response: z.object({ webhook: Webhook }),
  etag: "webhook.version",
  errors: ONE,
} as const satisfies Operation;

export const updateWebhook = {
  ...OURS,
  id: "updateWebhook",
  method: "PATCH",
  path: "/api/webhooks/{webhook_id}",
  summary: "Update, pause or resume a webhook",
  description:
    "A paused webhook keeps its deliveries in the queue. Resuming it, or changing its address, also enables it again.",
  params: WebhookParams,
  body: z.strictObject({
    name: Fields.name.optional(),
    url: Fields.url.optional(),
    kinds: Fields.kinds.optional(),
    bots: Fields.bots.optional(),
    tag: Fields.tag.optional(),
    paused: z.boolean().optional(),
    version: EditedVersion,
  }),
  response: Success.extend({ webhook: Webhook }),
  update: "closed",
  etag: "webhook.version",
  errors: [...ONE, "CONFLICT"],
  example: { body: { paused: true } },
} as const satisfies Operation;
/** The fields of a webhook that people change. */
export type WebhookChange = Omit<z.output<typeof updateWebhook.body>, "version">;

export const deleteWebhook = {
  ...OURS,
  id: "deleteWebhook",
  method: "DELETE",
  path: "/api/webhooks/{webhook_id}",
  summary: "Delete a webhook with its queue and its log",
  params: WebhookParams,
  response: Success,
  errors: ONE,
} as const satisfies Operation;

export const rotateWebhookSecret = {
  ...OURS,
  id: "rotateWebhookSecret",
  method: "POST",
  path: "/api/webhooks/{webhook_id}/rotate",
  summary: "Replace the secret of a webhook",
  description:
    "Until the overlap ends, requests carry a signature by each of the two secrets. The new secret is in this answer and never again.",
  params: WebhookParams,
  body: z.strictObject({ overlap_hours: z.number().int().min(0).max(OVERLAP_HOURS_MAX).default(24) }),
  response: Success.extend({ webhook: Webhook, secret: z.string() }),
  errors: ONE,
  example: { body: { overlap_hours: 24 } },
} as const satisfies Operation;

export const testWebhook = {
  ...OURS,
  id: "testWebhook",
  method: "POST",
  path: "/api/webhooks/{webhook_id}/test",
  summary: "Send a test event to a webhook at once",
  description: `At most ${TESTS_MAX} an hour.`,
  params: WebhookParams,
  response: z.object({ success: z.boolean(), message: z.string(), delivery: WebhookDelivery }),
  errors: [...ONE, "RATE_LIMITED"],
} as const satisfies Operation;

export const replayWebhook = {
  ...OURS,
  id: "replayWebhook",
  method: "POST",
  path: "/api/webhooks/{webhook_id}/replay",
  summary: "Deliver the facts from a time on once more",
  description: `Facts are stored for ${OUTBOX_KEEP_DAYS} days while a webhook wants their kind. Queues at most ${QUEUE_MAX}; \`is_complete\` says whether those are all.`,
  params: WebhookParams,
  body: z.strictObject({ from: TimeInput }),
  response: Success.extend({ queued: z.number().int(), is_complete: z.boolean() }),
  errors: [...ONE, "CONFLICT"],
  example: { body: { from: "2026-01-01T12:00:00Z" } },
} as const satisfies Operation;

export const listWebhookDeliveries = {
  ...OURS,
  id: "listWebhookDeliveries",
  method: "GET",
  path: "/api/webhooks/{webhook_id}/deliveries",
  summary: "List the deliveries to a webhook, newest first",
  description: `The log keeps ${OUTBOX_KEEP_DAYS} days.`,
  params: WebhookParams,
  query: z.object({
    limit: WholeNumber(50, 200),
    cursor: Cursor,
    status: DeliveryStatus.optional(),
    kind: DeliveryKind.optional(),
    from: TimeInput.optional(),
    to: TimeInput.optional(),
  }),
  response: z.object({
    deliveries: z.array(WebhookDelivery),
    count: z.number().int(),
    next_cursor: z.string().nullable(),
  }),
  errors: ONE,
} as const satisfies Operation;

export const getWebhookDelivery = {
  ...OURS,
  id: "getWebhookDelivery",
  method: "GET",
  path: "/api/webhooks/{webhook_id}/deliveries/{delivery_id}",
  summary: "Get a delivery with its request and the beginning of the answer",
  params: DeliveryParams,
  response: z.object({
    delivery: WebhookDelivery,
    headers: z.record(z.string(), z.string()).meta({
      description: "the headers of the last attempt, without the signature, which only the receiver needs",
    }),
    body: z.string().nullable().meta({ description: "null once the fact is no longer stored" }),
    reply: z
      .string()
      .nullable()
      .meta({ description: `the first ${REPLY_MAX} characters of the last answer` }),
  }),
  errors: ONE,
} as const satisfies Operation;

export const redeliverWebhook = {
  ...OURS,
  id: "redeliverWebhook",
  method: "POST",
  path: "/api/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver",
  summary: "Deliver one fact once more",
  params: DeliveryParams,
  response: Success.extend({ delivery: WebhookDelivery }),
  errors: [...ONE, "CONFLICT"],
} as const satisfies Operation;

/** Facts that this room announces after a commit. */
declare module "@/lib/core/bus" {
  interface Facts {
    /** Webhooks were created, changed or deleted: each process reads again which facts are wanted. */
    "webhooks.changed": Record<string, never>;
  }
}
