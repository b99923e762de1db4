/**
 * Contract of incoming webhooks: addresses at which other programs make a bot do something. All our own ("muster";
 * docs/decisions/037-incoming-webhooks.md).
 */
import { z } from "zod";
import { BROKER_SCHEMES } from "@/lib/core/brokers/contract";
import {
  BotId,
  Cursor,
  EditedVersion,
  JsonObject,
  Name,
  type Operation,
  Success,
  Time,
  Version,
  WholeNumber,
} from "@/lib/core/contract";
import { CommandType } from "@/lib/fleet/commands/contract";
import { LogType } from "@/lib/fleet/telemetry/contract";
import { AccountId, TeamId } from "@/lib/identity/teams/contract";
import {
  BODY_MAX,
  DELIVERIES_SHOWN,
  MESSAGE_MAX,
  READ_HEADERS,
  REPEAT_HOURS,
  REQUESTS_PER_MINUTE,
  SECRET_MAX,
  SIGNATURES,
  TEMPLATE_MAX,
} from "./contract.constants";

const Signature = z.enum(SIGNATURES);
const Secret = z
  .string()
  .min(8)
  .max(SECRET_MAX)
  .regex(/^[\x21-\x7e]+$/, { error: "may hold visible ASCII characters only" });
const CommandAction = z.strictObject({
  kind: z.literal("command"),
  bot_id: BotId,
  type: CommandType,
  payload: JsonObject(TEMPLATE_MAX)
    .default({})
    .meta({ description: "A template: each `{{path.to.field}}` in a text becomes that field of the request." }),
});
const LogAction = z.strictObject({
  kind: z.literal("log"),
  bot_id: BotId,
  level: LogType.default("info"),
  message: z.string().min(1).max(MESSAGE_MAX).meta({ description: "A template, as `payload` of a command." }),
});
const Action = z.discriminatedUnion("kind", [CommandAction, LogAction]);
export type Action = z.output<typeof Action>;
const OnlyWhen = z.strictObject({
  field: z.string().trim().min(1).max(200).meta({ description: "a path as in templates, without braces" }),
  equals: z.string().max(200),
});
export type OnlyWhen = z.output<typeof OnlyWhen>;

const Source = z
  .url({
    protocol: new RegExp(`^(${Object.keys(BROKER_SCHEMES).join("|")})$`),
    error: "must be an address of a message broker",
  })
  .max(2000)
  .meta({
    description:
      "The address of a queue whose messages are taken like requests (set by admins): `amqps://user:password@host/vhost?queue=name`, `nats://user:password@host?stream=NAME&consumer=name`, `rediss://user:password@host/0?stream=name`; see docs/brokers.md",
  });

const Outcome = z.enum(["working", "done", "skipped", "failed", "refused"]).meta({
  description:
    "skipped: `only_when` did not apply; failed: the bot could not be given what the template made; refused: the signature or the body was not accepted",
});

export const IncomingWebhook = z
  .object({
    hook_id: z.string(),
    team_id: z.number().int(),
    name: z.string(),
    signature: Signature,
    source_hint: z
      .string()
      .nullable()
      .meta({ description: "the queue whose messages it takes too, without credentials" }),
    action: Action,
    only_when: OnlyWhen.nullable(),
    paused: z.boolean(),
    acts_as: z.number().int().meta({ description: "the person whose rights it has when a request arrives" }),
    acts_as_name: z.string().nullable().meta({ description: "null once the account is deleted" }),
    last_at: Time.nullable(),
    last_outcome: Outcome.nullable(),
    last_error: z.string().nullable(),
    created_at: Time,
    version: Version,
  })
  .meta({ id: "IncomingWebhook" });
export type IncomingWebhook = z.infer<typeof IncomingWebhook>;

export const IncomingDelivery = z
  .object({
    delivery_id: z.string(),
    at: Time,
    outcome: Outcome,
    reason: z.string().nullable(),
    command_id: z.string().nullable(),
    bytes: z.number().int(),
  })
  .meta({ id: "IncomingDelivery" });
export type IncomingDelivery = z.infer<typeof IncomingDelivery>;

const HookParams = z.object({ hook_id: z.string().min(1).max(64) });
const OURS = { document: "muster" } as const;
const OWN = ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"] as const;
const Fields = {
  name: Name(80),
  signature: Signature,
  secret: Secret.optional().meta({
    description:
      "What the sender signs with. Absent where one is needed: a new one, which the answer shows. For `standard` it begins with `whsec_`.",
  }),
  action: Action,
  only_when: OnlyWhen.nullable(),
  source: Source.nullable(),
};
const NewSecret = z.string().nullable().meta({ description: "a secret that was made; shown here and never again" });
const Token = {
  token: z.string().meta({ description: "shown here and never again" }),
  path: z.string().meta({ description: "where requests are sent, below the address of this server" }),
};

export const listIncomingWebhooks = {
  ...OURS,
  id: "listIncomingWebhooks",
  method: "GET",
  path: "/api/incoming-webhooks",
  summary: "List incoming webhooks, newest first",
  description: "Those of the teams in which you are a maintainer; for admins those of all teams.",
  query: z.object({
    limit: WholeNumber(50, 100),
    cursor: Cursor,
    team_id: TeamId.optional().meta({ type: "integer", description: "only those of this team" }),
  }),
  response: z.object({
    hooks: z.array(IncomingWebhook),
    count: z.number().int(),
    next_cursor: z.string().nullable(),
  }),
  errors: OWN,
} as const satisfies Operation;

export const createIncomingWebhook = {
  ...OURS,
  id: "createIncomingWebhook",
  method: "POST",
  path: "/api/incoming-webhooks",
  summary: "Create an incoming webhook",
  description: `An address to which another program posts JSON, and what becomes of it: a command to a bot, or a line of a bot's log. It acts with the rights that its person has when a request arrives: you, until another maintainer of its team sets the action. The token is in this answer and never again. In templates, \`{{field|text}}\` gives a default, \`{{.}}\` the whole body, and \`{{header:name}}\` one of ${READ_HEADERS.join(", ")}; a text that is one placeholder takes the value as it is.`,
  body: z.strictObject({
    name: Fields.name,
    signature: Fields.signature.default("none"),
    secret: Fields.secret,
    action: Fields.action,
    only_when: Fields.only_when.default(null),
    source: Fields.source.default(null),
    team_id: AccountId.optional().meta({ description: "absent: your personal team" }),
  }),
  response: Success.extend({ hook: IncomingWebhook, ...Token, secret: NewSecret }),
  errors: [...OWN, "CONFLICT"],
  proof: "fresh",
  example: {
    body: { name: "Deploys", action: { kind: "command", bot_id: "bot_k3v9x2m7qp1c", type: "deploy", payload: {} } },
  },
} as const satisfies Operation;
export type IncomingInput = z.output<typeof createIncomingWebhook.body>;

export const getIncomingWebhook = {
  ...OURS,
  id: "getIncomingWebhook",
  method: "GET",
  path: "/api/incoming-webhooks/{hook_id}",
  summary: "Get an incoming webhook with its newest deliveries",
  description: `The newest ${DELIVERIES_SHOWN}. What was sent is not stored.`,
  params: HookParams,
  response: z.object({ hook: IncomingWebhook, deliveries: z.array(IncomingDelivery) }),
  etag: "hook.version",
  errors: OWN,
} as const satisfies Operation;

export const updateIncomingWebhook = {
  ...OURS,
  id: "updateIncomingWebhook",
  method: "PATCH",
  path: "/api/incoming-webhooks/{hook_id}",
  summary: "Update, pause or resume an incoming webhook",
  description:
    "With `action`, a webhook of a team has your rights from then on; a personal one keeps those of its owner. A paused webhook answers 404.",
  params: HookParams,
  body: z.strictObject({
    name: Fields.name.optional(),
    signature: Fields.signature.optional(),
    secret: Fields.secret,
    action: Fields.action.optional(),
    only_when: Fields.only_when.optional(),
    source: Fields.source.optional(),
    paused: z.boolean().optional(),
    version: EditedVersion,
  }),
  response: Success.extend({ hook: IncomingWebhook, secret: NewSecret }),
  update: "closed",
  etag: "hook.version",
  errors: [...OWN, "CONFLICT"],
  example: { body: { paused: true } },
} as const satisfies Operation;
/** The fields of an incoming webhook that people change. */
export type IncomingChange = Omit<z.output<typeof updateIncomingWebhook.body>, "version">;

export const deleteIncomingWebhook = {
  ...OURS,
  id: "deleteIncomingWebhook",
  method: "DELETE",
  path: "/api/incoming-webhooks/{hook_id}",
  summary: "Delete an incoming webhook with its log",
  params: HookParams,
  response: Success,
  errors: OWN,
} as const satisfies Operation;

export const rotateIncomingWebhook = {
  ...OURS,
  id: "rotateIncomingWebhook",
  method: "POST",
  path: "/api/incoming-webhooks/{hook_id}/rotate",
  summary: "Replace the address of an incoming webhook",
  description: "The old address stops at once.",
  params: HookParams,
  response: Success.extend({ hook: IncomingWebhook, ...Token }),
  errors: OWN,
  proof: "fresh",
} as const satisfies Operation;

export const testIncomingWebhook = {
  ...OURS,
  id: "testIncomingWebhook",
  method: "POST",
  path: "/api/incoming-webhooks/{hook_id}/test",
  summary: "Show what an incoming webhook would make of a request",
  description: "Makes nothing, and needs no signature.",
  params: HookParams,
  body: z.strictObject({
    body: JsonObject(65_536),
    headers: z
      .partialRecord(z.enum(READ_HEADERS), z.string().max(200))
      .default({})
      .meta({ description: "the headers that templates read" }),
  }),
  response: z.object({
    outcome: Outcome,
    reason: z.string().nullable(),
    made: z.unknown().meta({ description: "the action with its templates filled in; null when it was skipped" }),
  }),
  errors: OWN,
  example: { body: { body: { ref: "refs/heads/main" } } },
} as const satisfies Operation;

export const receiveIncomingWebhook = {
  ...OURS,
  id: "receiveIncomingWebhook",
  method: "POST",
  path: "/api/incoming/{token}",
  summary: "Send a request to an incoming webhook",
  description: `For other programs; the token in the path is the only credential, beside the signature where the webhook needs one. The body is JSON of at most ${BODY_MAX / 1024} kB. A request whose \`webhook-id\`, \`X-GitHub-Delivery\` or \`Idempotency-Key\` arrived within ${REPEAT_HOURS} hours makes nothing new. At most ${REQUESTS_PER_MINUTE} a minute.`,
  params: z.object({ token: z.string().min(1).max(128) }),
  // Signatures are made over the bytes, so the route reads them itself.
  consumes: ["application/octet-stream"],
  status: 202,
  response: Success.extend({
    delivery_id: z.string(),
    outcome: z.enum(["done", "skipped"]),
    command_id: z.string().nullable().meta({ description: "the command that was queued" }),
    repeated: z.boolean().meta({ description: "true: this request arrived before, and nothing new was made" }),
  }),
  errors: [
    ...(["INVALID_INPUT", "FORBIDDEN", "NOT_FOUND", "CONFLICT", "PAYLOAD_TOO_LARGE"] as const),
    ...(["UNSUPPORTED_MEDIA_TYPE", "RATE_LIMITED", "UNAVAILABLE"] as const),
  ],
} as const satisfies Operation;
