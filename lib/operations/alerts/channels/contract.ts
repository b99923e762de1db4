/**
 * Contract of channels: destinations of alerts other than the inbox, and the outcomes of the messages sent there. All
 * of it is our own ("muster").
 */
import { z } from "zod";
import { Cursor, EditedVersion, type Operation, Success, Time, Version, WholeNumber } from "@/lib/core/contract";
import { AccountId, TeamId } from "@/lib/identity/teams/contract";
import { AlertName, Id, ONE, OwningTeam, Severity } from "@/lib/operations/alerts/contract";

/** The most channels in one page of their list. */
const PAGE_MAX = 200;

export const ChannelKind = z.enum(["email", "webhook", "discord", "slack", "telegram"]);
export type ChannelKind = z.infer<typeof ChannelKind>;
export const AlertChannel = z
  .object({
    channel_id: z.string(),
    kind: ChannelKind,
    name: z.string(),
    hint: z.string().meta({ description: "Where it goes, without what is secret in it." }),
    global: z.boolean().meta({ description: "True: for the server's alerts (admins)." }),
    team_id: OwningTeam,
    min_severity: Severity,
    enabled: z.boolean(),
    version: Version,
    confirmed: z
      .boolean()
      .meta({ description: "False: mail goes there once its owner has followed the link in the confirmation mail." }),
    last_status: z.enum(["queued", "sent", "failed", "dropped"]).nullable(),
    last_error: z.string().nullable(),
    last_sent_at: Time.nullable(),
    created_at: Time,
  })
  .meta({ id: "AlertChannel" });
export type AlertChannel = z.infer<typeof AlertChannel>;

const Common = {
  name: AlertName,
  global: z.boolean().default(false),
  team_id: AccountId.optional().meta({
    description: "The team whose alerts the channel receives; this needs the role maintainer. Default: you.",
  }),
  min_severity: Severity.default("low"),
};
const Url = z.url({ protocol: /^https?$/, error: "must be an http or https address" }).max(2000);
export const ChannelInput = z.discriminatedUnion("kind", [
  z.strictObject({ ...Common, kind: z.literal("email"), address: z.email().max(254) }),
  z.strictObject({ ...Common, kind: z.literal("webhook"), url: Url }),
  z.strictObject({ ...Common, kind: z.literal("discord"), url: Url }),
  z.strictObject({ ...Common, kind: z.literal("slack"), url: Url }),
  z.strictObject({
    ...Common,
    kind: z.literal("telegram"),
    bot_token: z.string().regex(/^\d{1,20}:[\w-]{20,100}$/, { error: "must be a bot token of Telegram: 123456:ABC…" }),
    chat_id: z.string().regex(/^(-?\d{1,20}|@\w{1,64})$/, { error: "must be a chat's id, or @channelname" }),
  }),
]);
export type ChannelInput = z.output<typeof ChannelInput>;

const ChannelParams = z.object({ channel_id: Id });
export const listAlertChannels = {
  id: "listAlertChannels",
  method: "GET",
  path: "/api/alert-channels",
  summary: "List alert channels: your own and those of your teams, and the server's for staff",
  description: "Newest first. `team_id` lists those of one team; your own id stands for your personal team.",
  document: "muster",
  query: z.object({
    limit: WholeNumber(PAGE_MAX, PAGE_MAX),
    cursor: Cursor,
    team_id: TeamId.optional().meta({ type: "integer", description: "only channels of this team" }),
  }),
  response: z.object({ channels: z.array(AlertChannel), count: z.number().int(), next_cursor: z.string().nullable() }),
  errors: ["INVALID_INPUT", ...ONE],
} as const satisfies Operation;
export type ChannelQuery = z.output<typeof listAlertChannels.query>;

export const createAlertChannel = {
  id: "createAlertChannel",
  method: "POST",
  path: "/api/alert-channels",
  summary: "Create an alert channel",
  description: `Webhooks are signed by Standard Webhooks; their secret is in this answer and never again. Mail goes to the caller's own address; admins may name any. An address that is not a verified account's is sent a link and has to be confirmed by it first. Only admins can add an email channel to a team; its members choose email notifications for themselves. \`global\` channels are admins'.`,
  document: "muster",
  body: ChannelInput,
  response: Success.extend({ channel: AlertChannel, secret: z.string().optional() }),
  errors: ["INVALID_INPUT", ...ONE, "CONFLICT"],
  example: { body: { kind: "webhook", name: "Pager", url: "https://pager.example.org/alerts" } },
} as const satisfies Operation;
export const getAlertChannel = {
  id: "getAlertChannel",
  method: "GET",
  path: "/api/alert-channels/{channel_id}",
  summary: "Get an alert channel",
  document: "muster",
  params: ChannelParams,
  response: z.object({ channel: AlertChannel }),
  etag: "channel.version",
  errors: ONE,
} as const satisfies Operation;
export const updateAlertChannel = {
  id: "updateAlertChannel",
  method: "PATCH",
  path: "/api/alert-channels/{channel_id}",
  summary: "Update an alert channel",
  document: "muster",
  params: ChannelParams,
  body: z.strictObject({
    name: Common.name.optional(),
    enabled: z.boolean().optional(),
    min_severity: Severity.optional(),
    version: EditedVersion,
  }),
  response: Success.extend({ channel: AlertChannel }),
  update: "closed",
  etag: "channel.version",
  errors: ["INVALID_INPUT", ...ONE],
  example: { body: { enabled: false } },
} as const satisfies Operation;
/** The fields of a channel that people change. */
export type ChannelChange = Omit<z.output<typeof updateAlertChannel.body>, "version">;

export const deleteAlertChannel = {
  id: "deleteAlertChannel",
  method: "DELETE",
  path: "/api/alert-channels/{channel_id}",
  summary: "Delete an alert channel and its queued messages",
  document: "muster",
  params: ChannelParams,
  response: Success,
  errors: ONE,
} as const satisfies Operation;
export const testAlertChannel = {
  id: "testAlertChannel",
  method: "POST",
  path: "/api/alert-channels/{channel_id}/test",
  summary: "Send a test message to an alert channel",
  description:
    "At most 6 per hour for each channel and each address. An unconfirmed mailbox receives its confirmation link instead.",
  document: "muster",
  params: ChannelParams,
  response: z.object({ success: z.boolean(), message: z.string() }),
  errors: [...ONE, "RATE_LIMITED"],
} as const satisfies Operation;
export const confirmAlertChannel = {
  id: "confirmAlertChannel",
  method: "POST",
  path: "/api/alert-channels/confirm",
  summary: "Confirm an email channel with the token from the confirmation email",
  description: "Requires no credential: the owner of the mailbox confirms.",
  document: "muster",
  body: z.strictObject({ token: z.string().min(1).max(200) }),
  response: Success,
  errors: ["INVALID_INPUT"],
} as const satisfies Operation;
const AlertDelivery = z.object({
  delivery_id: z.string(),
  alert_id: z.string().nullable(),
  alert: z.string().nullable().meta({ description: "The alert's message; null when the alert was deleted." }),
  event: z
    .enum(["raised", "again", "flapping", "escalated", "resolved"])
    .meta({ description: "The kind of change it was notified of." }),
  status: z.enum(["queued", "sent", "failed", "dropped"]),
  attempts: z.number().int(),
  error: z.string().nullable(),
  created_at: Time,
  next_try_at: Time.nullable().meta({ description: "The next attempt of a queued message." }),
  finished_at: Time.nullable(),
});
export type AlertDelivery = z.infer<typeof AlertDelivery>;
export const listAlertDeliveries = {
  id: "listAlertDeliveries",
  method: "GET",
  path: "/api/alert-channels/{channel_id}/deliveries",
  summary: "List a channel's latest 50 messages and their outcomes",
  description: "Kept for 7 days.",
  document: "muster",
  params: ChannelParams,
  response: z.object({ deliveries: z.array(AlertDelivery), count: z.number().int() }),
  errors: ONE,
} as const satisfies Operation;
export const retryAlertDelivery = {
  id: "retryAlertDelivery",
  method: "POST",
  path: "/api/alert-channels/{channel_id}/deliveries/{delivery_id}/retry",
  summary: "Retry a failed message",
  description:
    "Retries the message as if it were new, with the same webhook-id. 409 if it has not failed, its alert is deleted, or the channel is turned off.",
  document: "muster",
  params: ChannelParams.extend({ delivery_id: Id }),
  response: Success,
  errors: [...ONE, "CONFLICT"],
} as const satisfies Operation;
