/**
 * Contract of the data that bots send: logs, messages and synced data, with their lists, exports and retention. Source:
 * document 000 "Logs & Messages APIs", "Data Export APIs" and the Socket.IO events new_log, new_message, bot_data_sync.
 */
import { z } from "zod";
import {
  AnyObject,
  BotId,
  Cursor,
  Ignored,
  Instant,
  JsonList,
  JsonObject,
  Ok,
  type Operation,
  Order,
  OutsideId,
  Time,
  WholeNumber,
} from "@/lib/core/contract";
import { Part } from "@/lib/fleet/bots/contract.shards";
import { FILTER_BOTS_MAX, QUERY_MAX } from "./contract.constants";

/** A log's type: the documents name info, warning and error; any short word is accepted. */
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

const ThreadType = z.enum(["GROUP", "USER"]);

/** Reads a thread type as programs of document 000 write it: in any case, or with the name of the library's enumeration before it. */
export const ThreadTypeInput = z
  .preprocess(
    (given) => (typeof given === "string" ? given.replace(/^ThreadType\./i, "").toUpperCase() : given),
    ThreadType,
  )
  .meta({ description: "`GROUP` or `USER`, in any case; `ThreadType.GROUP` and `ThreadType.USER` mean the same" });

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

export const BotParams = z.object({ bot_id: BotId });

/** An unreadable time never causes a log to be refused: the reply names the field in `ignored`. */
const EventTime = z.unknown().optional().meta({
  description:
    "The time of the event: RFC 3339, the same without a zone (UTC), epoch seconds or milliseconds; from 30 days ago to 5 minutes ahead. Other values are listed in `ignored` and replaced by the time of receipt.",
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
  summary: "Store one or more logs of a bot",
  description: `An array (at most ${LOG_BATCH_MAX}) is stored whole or not at all. 200 means stored.`,
  document: "000 Logs & Messages APIs: Post Bot Logs",
  params: BotParams,
  body: z.union([LogInput, z.array(LogInput).max(LOG_BATCH_MAX)]),
  maxBody: 4_194_304,
  response: z.object({ status: z.literal("ok"), received: z.number().int(), ignored: Ignored }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "PAYLOAD_TOO_LARGE", "UNAVAILABLE"],
  example: { body: { type: "info", message: "Connected to the gateway" }, response: { status: "ok", received: 1 } },
} as const satisfies Operation;

/** Set when a search takes long, or its page has much text, and returns before the page is full; `next_cursor` continues it. */
const SearchedTo = Time.optional().meta({
  description:
    "Present when the answer has fewer rows than asked for because the search took long, or because the rows have about 1 MB of text: every log or message received between this time and the start of the page is searched. Continue with `next_cursor`.",
});

/** Shared with the export of logs. */
export const LogFilters = {
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
    .meta({ description: "words that must all occur; with `*` at the end, the last may be the beginning of a word" }),
  q: z.string().max(QUERY_MAX).optional().meta({
    description:
      'a query, whose terms must all apply: words, `"a phrase"`, `level:error,warning`, `bot:name`, `cmd:<command id>`, `after:1h`, `before:2026-01-31`, fields of the metadata (`attempt:>3`, `guild:"My server"`, `guild:*`), `/an RE2 expression/i`. `-` before a term excludes it. Days without a zone are UTC.',
    example: "level:error attempt:>3 -timeout",
  }),
  after: Instant.meta({ description: "by `timestamp`" }),
  before: Instant.meta({ description: "by `timestamp`" }),
};
const LogQuery = z.object({
  ...LogFilters,
  limit: WholeNumber(100, 1000),
  order: Order("desc"),
  cursor: Cursor,
  since: Cursor.meta({
    description: "returns only logs with a greater ID, oldest first unless `order` is set; use it to catch up",
  }),
});
export type LogQuery = z.infer<typeof LogQuery>;

export const listLogs = {
  id: "listLogs",
  method: "GET",
  path: "/api/logs",
  summary: "List the logs you can see, newest first",
  document: "000 Logs & Messages APIs: Get All Logs",
  query: LogQuery,
  response: z.object({
    logs: z.array(Log),
    count: z.number().int(),
    next_cursor: z.string().nullable(),
    searched_to: SearchedTo,
  }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

const MessageInput = z.object({
  message: z.string().min(1).max(20_000),
  author_id: OutsideId,
  author_name: z.string().max(256).default(""),
  thread_id: OutsideId,
  thread_type: ThreadTypeInput.default("USER"),
  timestamp: EventTime,
  metadata: JsonObject().optional(),
});

export const postMessages = {
  id: "postMessages",
  method: "POST",
  path: "/api/bot/{bot_id}/messages",
  summary: "Store one or more message events of a bot",
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

/** Shared with the export of messages. */
export const MessageFilters = {
  bot_id: BotId.optional(),
  thread_id: z.string().max(256).optional(),
  search: z.string().max(200).optional().meta({ description: "as in the list of logs" }),
  after: Instant,
  before: Instant,
};

export const listMessages = {
  id: "listMessages",
  method: "GET",
  path: "/api/messages",
  summary: "List the messages you can see, newest first",
  document: "000 Logs & Messages APIs: Get Messages",
  query: z.object({ ...MessageFilters, limit: WholeNumber(100, 1000), order: Order("desc"), cursor: Cursor }),
  response: z.object({
    messages: z.array(Message),
    count: z.number().int(),
    next_cursor: z.string().nullable(),
    searched_to: SearchedTo,
  }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;
export type MessageQuery = z.infer<typeof listMessages.query>;

const SYNC_BYTES = 4_194_304;

export const syncBotData = {
  id: "syncBotData",
  method: "POST",
  path: "/api/bot/{bot_id}/sync",
  summary: "Store a bot's groups, friends and metadata",
  document: "000 Logs & Messages APIs: Sync Bot Data",
  params: BotParams,
  body: z
    .object({
      groups: JsonList(20_000, SYNC_BYTES).optional(),
      friends: JsonList(20_000, SYNC_BYTES).optional(),
      metadata: JsonObject().optional(),
      part: Part.optional().meta({
        description: "for a bot that runs as several programs: data is stored per part, and the bot shows the sum",
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
  summary: "Get the data a bot last synced",
  document: "000 Logs & Messages APIs: Get Bot Data",
  params: BotParams,
  response: z.object({ data: AnyObject, source: z.literal("database"), updated_at: Time.nullable() }),
  errors: ["UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

export const getMyBotData = {
  id: "getMyBotData",
  method: "GET",
  path: "/api/my-bots/{bot_id}/data",
  summary: "Get the data one of your bots last synced",
  document: "000 Bot Management APIs: Get Bot Data",
  params: BotParams,
  response: z.object({ data: AnyObject.nullable() }),
  errors: ["UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

/** Facts that this room announces after a commit; lib/edge/realtime decides which sockets receive them. */
declare module "@/lib/core/bus" {
  interface Facts {
    "logs.stored": { bot_id: string; team_id: number | null; logs: Log[] };
    "messages.stored": { bot_id: string; team_id: number | null; messages: Message[] };
    "data.synced": { bot_id: string; team_id: number | null; data: Record<string, unknown> };
  }
}
