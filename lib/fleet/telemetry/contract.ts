/**
 * Contract of what bots tell: logs, messages, synced data; their lists, exports and retention.
 * Source: document 000 "Logs & Messages APIs", "Data Export APIs" and the Socket.IO events new_log, new_message, bot_data_sync.
 */
import { z } from "zod";
import {
  AnyObject,
  Bom,
  BotId,
  Cursor,
  EditedVersion,
  Ignored,
  Instant,
  JsonList,
  JsonObject,
  Ok,
  type Operation,
  Order,
  OutsideId,
  Success,
  Time,
  Version,
  WholeNumber,
} from "@/lib/core/contract";
import { Bot } from "@/lib/fleet/bots/contract";
import { Part } from "@/lib/fleet/bots/contract.shards";
import { Command } from "@/lib/fleet/commands/contract";
import { EXPORT_MAX, FILTER_BOTS_MAX } from "./contract.constants";

/** A log's type: info, warning, error by the documents; any short word is accepted. */
export const LogType = z
  .string()
  .regex(/^[A-Za-z][\w.-]{0,31}$/, { error: "must be a short word such as info, warning or error" })
  .meta({ example: "info" });

/** One stored log line. `level` repeats `type` for readers of document 002. */
export const Log = z
  .object({
    id: z.number().int(),
    type: z.string(),
    level: z.string(),
    message: z.string(),
    timestamp: Time.meta({ description: "when it happened, as the bot says; else when it was received" }),
    received_at: Time,
    metadata: AnyObject,
    bot_id: z.string(),
  })
  .meta({ id: "Log" });
export type Log = z.infer<typeof Log>;

export const ThreadType = z.enum(["GROUP", "USER"]);

/** One chat message a bot saw. */
export const Message = z
  .object({
    id: z.string().meta({ example: "msg_mi9x0k2r8f3a7c" }),
    bot_id: z.string(),
    message: z.string(),
    author_id: z.string(),
    author_name: z.string(),
    thread_id: z.string(),
    thread_type: ThreadType,
    timestamp: Time.meta({ description: "when it happened, as the bot says; else when it was received" }),
    received_at: Time,
    metadata: AnyObject,
  })
  .meta({ id: "Message" });
export type Message = z.infer<typeof Message>;

const BotParams = z.object({ bot_id: BotId });

/** Never a reason to refuse a log: what cannot be read is named in `ignored`. */
const EventTime = z.unknown().optional().meta({
  description:
    "When it happened: RFC 3339, the same without a zone (UTC), epoch seconds or milliseconds; from 30 days back to 5 minutes ahead. Anything else is named in `ignored`, and the time of receipt counts.",
  example: "2026-01-01T12:00:00.000Z",
});

const LogInput = z.object({
  type: LogType.optional().meta({ default: "info" }),
  level: z.unknown().optional().meta({
    description:
      "Counts when `type` is absent: a word (warn, err, fatal, notice…), pino's numbers 10 to 60, or syslog's 0 to 7",
    example: "warning",
  }),
  severity: z.unknown().optional().meta({ description: "As `level`, where that is absent too" }),
  message: z.string().min(1).max(16_384),
  timestamp: EventTime,
  metadata: JsonObject().optional(),
});
export const LOG_BATCH_MAX = 1000;

export const postLogs = {
  id: "postLogs",
  method: "POST",
  path: "/api/bot/{bot_id}/logs",
  summary: "A bot stores one log or an array of logs",
  description: `An array (at most ${LOG_BATCH_MAX}) is stored whole or not at all. 200 means stored.`,
  document: "000 Logs & Messages APIs: Post Bot Logs",
  params: BotParams,
  body: z.union([LogInput, z.array(LogInput).max(LOG_BATCH_MAX)]),
  maxBody: 4_194_304,
  response: z.object({ status: z.literal("ok"), received: z.number().int(), ignored: Ignored }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "PAYLOAD_TOO_LARGE", "UNAVAILABLE"],
  example: { body: { type: "info", message: "Connected to the gateway" }, response: { status: "ok", received: 1 } },
} as const satisfies Operation;

const LogFilters = {
  bot_id: BotId.optional(),
  bot_ids: z
    .string()
    .max(7_000)
    .optional()
    .meta({ description: `several bots in place of bot_id, at most ${FILTER_BOTS_MAX}, separated by commas` }),
  level: z.string().max(200).optional().meta({ description: "one type, or several separated by commas" }),
  search: z
    .string()
    .max(200)
    .optional()
    .meta({ description: "words that must all occur; the last may be a beginning" }),
  after: Instant.meta({ description: "by `timestamp`" }),
  before: Instant.meta({ description: "by `timestamp`" }),
};
const LogQuery = z.object({
  ...LogFilters,
  limit: WholeNumber(100, 1000),
  order: Order("desc"),
  cursor: Cursor,
  since: Cursor.meta({
    description: "only logs with a greater id, oldest first unless `order` says otherwise: what was missed",
  }),
});
export type LogQuery = z.infer<typeof LogQuery>;

export const listLogs = {
  id: "listLogs",
  method: "GET",
  path: "/api/logs",
  summary: "Logs the caller may see, newest first",
  document: "000 Logs & Messages APIs: Get All Logs",
  query: LogQuery,
  response: z.object({ logs: z.array(Log), count: z.number().int(), next_cursor: z.string().nullable() }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

const MessageInput = z.object({
  message: z.string().min(1).max(20_000),
  author_id: OutsideId,
  author_name: z.string().max(256).default(""),
  thread_id: OutsideId,
  thread_type: ThreadType.default("USER"),
  timestamp: EventTime,
  metadata: JsonObject().optional(),
});

export const postMessages = {
  id: "postMessages",
  method: "POST",
  path: "/api/bot/{bot_id}/messages",
  summary: "A bot stores a message event, or an array of them",
  document: "000 Logs & Messages APIs: Post Bot Messages",
  params: BotParams,
  body: z.union([MessageInput, z.array(MessageInput).max(LOG_BATCH_MAX)]),
  maxBody: 4_194_304,
  response: Ok.extend({ ignored: Ignored }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "PAYLOAD_TOO_LARGE", "UNAVAILABLE"],
  example: {
    body: { message: "hi", author_id: "7", author_name: "Bob", thread_id: "42", thread_type: "GROUP" },
    response: { status: "ok" },
  },
} as const satisfies Operation;

const MessageFilters = {
  bot_id: BotId.optional(),
  thread_id: z.string().max(256).optional(),
  search: z.string().max(200).optional(),
  after: Instant,
  before: Instant,
};

export const listMessages = {
  id: "listMessages",
  method: "GET",
  path: "/api/messages",
  summary: "Messages the caller may see, newest first",
  document: "000 Logs & Messages APIs: Get Messages",
  query: z.object({ ...MessageFilters, limit: WholeNumber(100, 1000), order: Order("desc"), cursor: Cursor }),
  response: z.object({ messages: z.array(Message), count: z.number().int(), next_cursor: z.string().nullable() }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;
export type MessageQuery = z.infer<typeof listMessages.query>;

const SYNC_BYTES = 4_194_304;

export const syncBotData = {
  id: "syncBotData",
  method: "POST",
  path: "/api/bot/{bot_id}/sync",
  summary: "A bot stores its groups, friends and metadata",
  document: "000 Logs & Messages APIs: Sync Bot Data",
  params: BotParams,
  body: z
    .object({
      groups: JsonList(20_000, SYNC_BYTES).optional(),
      friends: JsonList(20_000, SYNC_BYTES).optional(),
      metadata: JsonObject().optional(),
      part: Part.optional().meta({
        description: "of a bot that runs as several programs: each part's data is kept, and the bot shows their sum",
      }),
    })
    .refine((body) => body.groups || body.friends || body.metadata, { error: "send groups, friends or metadata" }),
  maxBody: SYNC_BYTES,
  response: Ok,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "PAYLOAD_TOO_LARGE"],
} as const satisfies Operation;

export const getBotData = {
  id: "getBotData",
  method: "GET",
  path: "/api/bot/{bot_id}/data",
  summary: "What a bot last synced",
  document: "000 Logs & Messages APIs: Get Bot Data",
  params: BotParams,
  response: z.object({ data: AnyObject, source: z.literal("database"), updated_at: Time.nullable() }),
  errors: ["UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

export const getMyBotData = {
  id: "getMyBotData",
  method: "GET",
  path: "/api/my-bots/{bot_id}/data",
  summary: "What one of the caller's bots last synced",
  document: "000 Bot Management APIs: Get Bot Data",
  params: BotParams,
  response: z.object({ data: AnyObject.nullable() }),
  errors: ["UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

const ExportFormat = z.enum(["json", "ndjson", "csv"]).default("json");

export const exportLogs = {
  id: "exportLogs",
  method: "GET",
  path: "/api/export/logs",
  summary: "Export logs",
  description:
    "Oldest first among the newest `limit`, or newest first with `order=desc`. Streams as one JSON document, as NDJSON, or as CSV.",
  document: "000 Data Export APIs: Export Logs",
  query: z.object({
    ...LogFilters,
    limit: WholeNumber(1000, EXPORT_MAX),
    order: Order("asc"),
    format: ExportFormat,
    bom: Bom,
  }),
  response: z.object({ exported_at: Time, count: z.number().int(), logs: z.array(Log) }),
  alsoProduces: ["application/x-ndjson", "text/csv"],
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

export const exportMessages = {
  id: "exportMessages",
  method: "GET",
  path: "/api/export/messages",
  summary: "Export messages",
  description: "Oldest first among the newest `limit`, or newest first with `order=desc`.",
  document: "000 Data Export APIs: Export Messages",
  query: z.object({
    ...MessageFilters,
    limit: WholeNumber(1000, EXPORT_MAX),
    order: Order("asc"),
    format: ExportFormat,
    bom: Bom,
  }),
  response: z.object({ exported_at: Time, count: z.number().int(), messages: z.array(Message) }),
  alsoProduces: ["application/x-ndjson", "text/csv"],
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

export const exportBotData = {
  id: "exportBotData",
  method: "GET",
  path: "/api/export/bot-data/{bot_id}",
  summary: "Export everything stored of a bot",
  description: "Commands, logs and messages are oldest first, or newest first with `order=desc`.",
  document: "000 Data Export APIs: Export Bot Data",
  params: BotParams,
  query: z.object({ order: Order("asc") }),
  response: z.object({
    exported_at: Time,
    bot: Bot,
    data: AnyObject.nullable(),
    commands: z.array(Command),
    logs: z.array(Log),
    messages: z.array(Message),
  }),
  errors: ["UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

/** How long logs, messages and settled commands are kept: by age, and by count per bot. 0 keeps for ever. */
export const Retention = z
  .object({
    logs_days: z.number().int().min(0).max(3650),
    logs_per_bot: z.number().int().min(0).max(100_000_000),
    messages_days: z.number().int().min(0).max(3650),
    messages_per_bot: z.number().int().min(0).max(100_000_000),
    commands_days: z.number().int().min(0).max(3650),
  })
  .meta({ id: "Retention" });
export type Retention = z.infer<typeof Retention>;

export const getRetention = {
  id: "getRetention",
  method: "GET",
  path: "/api/admin/retention",
  summary: "The retention policy",
  document: "muster",
  response: z.object({ retention: Retention, version: Version }),
  etag: "version",
  errors: ["UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

export const putRetention = {
  id: "putRetention",
  method: "PUT",
  path: "/api/admin/retention",
  summary: "Change the retention policy",
  description: "Applied in the background, a slice at a time.",
  document: "muster",
  body: Retention.partial().extend({ version: EditedVersion }),
  response: Success.extend({ retention: Retention, version: Version }),
  update: "closed",
  etag: "version",
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

/** Facts that this room announces after a commit; lib/edge/realtime decides which sockets receive them. */
declare module "@/lib/core/bus" {
  interface Facts {
    "logs.stored": { bot_id: string; owner_id: number | null; logs: Log[] };
    "messages.stored": { bot_id: string; owner_id: number | null; messages: Message[] };
    "data.synced": { bot_id: string; owner_id: number | null; data: Record<string, unknown> };
  }
}
