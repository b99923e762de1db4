/**
 * Contract of the bots domain. Source: document 000 "Bot Management APIs" and "Bot Operations APIs" (settings);
 * 001 (bot/auth, bots/register); original 000 (bots, bot/<id>/status).
 */
import { z } from "zod";
import {
  AnyObject,
  BotId,
  EditedVersion,
  Ignored,
  JsonObject,
  Name,
  type Operation,
  Success,
  Time,
  Version,
  WholeNumber,
} from "@/lib/core/contract";
import { BOT_PAGE_MAX, BOT_SORTS } from "./contract.constants";
import { Part, Parts } from "./contract.shards";

/** A bot's own word for how it is: `online`, `offline`, or any short word it reports. */
export const BotStatus = z
  .string()
  .regex(/^[A-Za-z][\w-]{0,31}$/, { error: "must be a short word such as online or offline" })
  .meta({ example: "online" });
export const BotName = Name(128).meta({ example: "Greeter" });
const BotParams = z.object({ bot_id: BotId });

/** One bot, as every list and event shows it. */
export const Bot = z
  .object({
    id: BotId,
    name: z.string(),
    status: z.string(),
    status_since: Time.meta({ description: "When it took that status." }),
    created_at: Time,
    last_active: Time.nullable(),
    owner_id: z.number().int().nullable(),
    metadata: AnyObject,
    origin: z.enum(["created", "registered", "open"]).meta({
      description:
        "created by a person, registered by itself, or open: registered through document 004 without a credential.",
    }),
    version: Version.meta({ description: "Counted up by every change of the name or the metadata." }),
    settings_version: z.number().int(),
    pending_commands: z.number().int(),
    failed_commands: z.number().int(),
    error_logs: z.number().int(),
    parts: Parts.nullable().meta({
      description:
        "Shards that are online, of how many, when the bot runs as several programs; null when it runs as one.",
    }),
  })
  .meta({ id: "Bot" });
export type Bot = z.infer<typeof Bot>;

const BotList = z.object({
  bots: z.array(Bot),
  count: z.number().int(),
  next_cursor: z.string().nullable().optional(),
});

/** Filters and paging shared by the bot lists; without them every bot the caller may see is listed, up to the cap. */
export const BotListQuery = z.object({
  search: z.string().trim().max(100).optional().meta({ description: "part of the name or id" }),
  ids: z
    .string()
    .max(30_000)
    .transform((text) => text.split(",").slice(0, 200))
    .optional()
    .meta({ type: "string", description: "only these ids, at most 200, separated by commas" }),
  status: z.enum(["online", "offline"]).optional(),
  sort: z.enum(BOT_SORTS).optional(),
  limit: WholeNumber(BOT_PAGE_MAX, BOT_PAGE_MAX),
  cursor: z.string().max(400).optional().meta({ description: "next_cursor of the page before" }),
});
export type BotListQuery = z.infer<typeof BotListQuery>;

export const listMyBots = {
  id: "listMyBots",
  method: "GET",
  path: "/api/my-bots",
  summary: "Bots owned by the caller",
  document: "000 Bot Management APIs: Get My Bots",
  query: BotListQuery,
  response: BotList,
  errors: ["INVALID_INPUT", "UNAUTHORIZED"],
} as const satisfies Operation;

export const listBots = {
  id: "listBots",
  method: "GET",
  path: "/api/bots",
  summary: "Every bot the caller may see",
  document: "original 000: GET /api/bots",
  query: BotListQuery,
  response: BotList,
  errors: ["INVALID_INPUT", "UNAUTHORIZED"],
} as const satisfies Operation;

export const listAllBots = {
  id: "listAllBots",
  method: "GET",
  path: "/api/admin/bots",
  summary: "Every bot of the server",
  document: "000 Bot Management APIs: Get All Bots (Admin)",
  query: BotListQuery,
  response: BotList,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

export const listUserBots = {
  id: "listUserBots",
  method: "GET",
  path: "/api/users/{user_id}/bots",
  summary: "Bots owned by a user",
  document: "000 User Management APIs: Get User Bots",
  params: z.object({ user_id: z.string().max(64) }),
  response: BotList,
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

export const createBot = {
  id: "createBot",
  method: "POST",
  path: "/api/my-bots",
  summary: "Create a bot",
  description: "The token is what the bot process presents; it can be read again at /api/my-bots/{bot_id}/token.",
  document: "000 Bot Management APIs: Create Bot",
  body: z.object({ name: BotName, metadata: JsonObject().default({}) }),
  response: Success.extend({ bot_id: z.string(), token: z.string() }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "CONFLICT"],
  example: { body: { name: "Greeter", metadata: { platform: "discord" } } },
} as const satisfies Operation;

export const getBot = {
  id: "getBot",
  method: "GET",
  path: "/api/my-bots/{bot_id}",
  summary: "One bot",
  document: "000 Bot Management APIs: Get Bot Details",
  params: BotParams,
  response: z.object({ bot: Bot }),
  etag: "bot.version",
  errors: ["UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

export const updateBot = {
  id: "updateBot",
  method: "PUT",
  path: "/api/my-bots/{bot_id}",
  summary: "Rename a bot or replace its metadata",
  document: "000 Bot Management APIs: Update Bot",
  params: BotParams,
  body: z.object({ name: BotName, metadata: JsonObject(), version: EditedVersion }).partial(),
  response: Success.extend({ version: Version, ignored: Ignored }),
  update: "closed",
  etag: "version",
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;
/** The fields of a bot that people change. */
export type BotChange = Omit<z.infer<typeof updateBot.body>, "version">;

export const deleteBot = {
  id: "deleteBot",
  method: "DELETE",
  path: "/api/my-bots/{bot_id}",
  summary: "Delete a bot with its commands, logs, messages and data",
  document: "000 Bot Management APIs: Delete Bot",
  params: BotParams,
  response: Success,
  errors: ["UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

export const getBotToken = {
  id: "getBotToken",
  method: "GET",
  path: "/api/my-bots/{bot_id}/token",
  summary: "A bot's token",
  document: "000 Bot Management APIs: Get Bot Token",
  params: BotParams,
  response: z.object({ token: z.string() }),
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"],
} as const satisfies Operation;

export const regenerateBotToken = {
  id: "regenerateBotToken",
  method: "POST",
  path: "/api/my-bots/{bot_id}/regenerate-token",
  summary: "Replace a bot's token",
  description: "The old token stops working at once and its sockets are closed.",
  document: "000 Bot Management APIs: Regenerate Bot Token",
  params: BotParams,
  response: Success.extend({ token: z.string() }),
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

export const authenticateBot = {
  id: "authenticateBot",
  method: "POST",
  path: "/api/bot/auth",
  summary: "Check a bot's token",
  document: "001 Authentication & Authorization Hierarchy: POST /api/bot/auth",
  body: z.object({ bot_id: BotId, token: z.string().trim().min(1).max(512) }),
  response: Success.extend({ bot: Bot }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "RATE_LIMITED"],
} as const satisfies Operation;

/**
 * The code that a bot waiting to join displays, so that a person adopts the right one: XK4M-7QPD. Case and dash do not
 * matter.
 */
export const ClaimCode = z
  .string()
  .trim()
  .transform((text) => text.toUpperCase().replace(/^(\w{4})-?(\w{4})$/, "$1-$2"))
  .pipe(z.string().regex(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/, { error: "must look like XK4M-7QPD" }))
  .meta({ example: "XK4M-7QPD" });

export const registerBot = {
  id: "registerBot",
  method: "POST",
  path: "/api/bots/register",
  summary: "A bot introduces itself",
  description:
    "With a user's or bot's credential it creates or updates that user's bot. Without one it makes an unclaimed bot (at most 50, gone after 24 h) and answers with its token and a claim code; until adopted that bot may only poll and report its status.",
  document: "001 Data Flow Diagram: 1. Register Bot",
  body: z.object({
    bot_id: BotId.regex(/^[^\s/\\?#%\p{Cc}]+$/u, { error: "may not hold spaces, slashes or control characters" }),
    name: BotName.optional(),
    status: BotStatus.optional(),
    metadata: JsonObject().optional(),
  }),
  response: z.object({
    status: z.literal("ok"),
    bot: z.object({ id: z.string(), name: z.string(), status: z.string(), registered_at: Time, metadata: AnyObject }),
    token: z.string().optional(),
    claim_code: z.string().optional().meta({ description: "while nobody has adopted the bot" }),
  }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "CONFLICT", "RATE_LIMITED"],
  example: { body: { bot_id: "greeter-1", name: "Greeter", status: "online" } },
} as const satisfies Operation;

export const getBotStatus = {
  id: "getBotStatus",
  method: "GET",
  path: "/api/bot/{bot_id}/status",
  summary: "A bot's status",
  document: "original 000: GET /api/bot/<bot_id>/status",
  params: BotParams,
  response: z.object({
    bot_id: z.string(),
    status: z.string(),
    online: z.boolean(),
    last_active: Time.nullable(),
    bot: Bot,
  }),
  errors: ["UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

export const reportBotStatus = {
  id: "reportBotStatus",
  method: "POST",
  path: "/api/bot/{bot_id}/status",
  summary: "A bot reports its status (a heartbeat)",
  document: "001 Data Flow Diagram: 3. Report Status",
  params: BotParams,
  body: z.object({
    status: BotStatus.default("online"),
    data: JsonObject().optional(),
    part: Part.optional().meta({
      description: "of a bot that runs as several programs: the shards that this one holds",
    }),
  }),
  response: z.object({ status: z.literal("ok"), bot: Bot }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "SUPERSEDED"],
  example: { body: { status: "online", data: { guilds: 12 } } },
} as const satisfies Operation;

export const getBotSettings = {
  id: "getBotSettings",
  method: "GET",
  path: "/api/bot/{bot_id}/settings",
  summary: "A bot's settings",
  document: "000 Bot Operations APIs: Get Bot Settings",
  params: BotParams,
  response: z.object({ settings: AnyObject, version: z.number().int() }),
  etag: "version",
  errors: ["UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

export const putBotSettings = {
  id: "putBotSettings",
  method: "PUT",
  path: "/api/bot/{bot_id}/settings",
  summary: "Replace a bot's settings",
  description: "Replaces the whole object and raises its version; the bot hears `settings_update`.",
  document: "000 Bot Operations APIs: Update Bot Settings",
  params: BotParams,
  body: JsonObject(),
  response: Success.extend({ settings: AnyObject, version: z.number().int() }),
  update: "open",
  etag: "version",
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

/** Online share of each of `slots` equal spans up to now, oldest first; null where the bot did not exist yet. */
export const getBotUptime = {
  id: "getBotUptime",
  method: "GET",
  path: "/api/bot/{bot_id}/uptime",
  summary: "A bot's heartbeat bar and uptime",
  document: "muster",
  params: BotParams,
  query: z.object({ hours: z.enum(["1", "24", "168", "720"]).default("24") }),
  response: z.object({
    hours: z.number().int(),
    uptime: z.number().min(0).max(1).nullable(),
    slots: z.array(z.number().min(0).max(1).nullable()),
    changes: z.array(z.object({ status: z.string(), at: Time })),
  }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

/** A bot that registered without a credential and waits for a person to adopt it. */
export const JoinRequest = z
  .object({
    bot_id: z.string(),
    name: z.string(),
    status: z.string(),
    origin: z
      .enum(["registered", "open"])
      .meta({ description: "registered through 001's /api/bots/register, or open through 004's /register." }),
    claim_code: z.string(),
    joined_from: z.string().nullable().meta({ description: "Address it registered from." }),
    requested_at: Time,
    expires_at: Time.nullable().meta({ description: "Gone then unless adopted; null for open bots, which stay." }),
    metadata: AnyObject,
  })
  .meta({ id: "JoinRequest" });
export type JoinRequest = z.infer<typeof JoinRequest>;

export const listJoinRequests = {
  id: "listJoinRequests",
  method: "GET",
  path: "/api/join-requests",
  summary: "Bots that want to join",
  document: "muster",
  response: z.object({ requests: z.array(JoinRequest), count: z.number().int() }),
  errors: ["UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

export const adoptBot = {
  id: "adoptBot",
  method: "POST",
  path: "/api/join-requests/adopt",
  summary: "Adopt a bot that wants to join",
  description:
    "The caller becomes its owner. An admin names the bot by id; anybody may adopt the bot whose claim code they can tell.",
  document: "muster",
  body: z
    .object({ bot_id: BotId, claim_code: ClaimCode })
    .partial()
    .refine((body) => Boolean(body.bot_id) !== Boolean(body.claim_code), {
      error: "send either bot_id or claim_code",
      path: ["claim_code"],
    }),
  response: Success.extend({ bot: Bot }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT", "RATE_LIMITED"],
  example: { body: { claim_code: "XK4M-7QPD" } },
} as const satisfies Operation;

export const refuseBot = {
  id: "refuseBot",
  method: "DELETE",
  path: "/api/join-requests/{bot_id}",
  summary: "Refuse a bot that wants to join",
  description: "It is deleted and its token stops working. It may register again.",
  document: "muster",
  params: BotParams,
  response: Success,
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

/** The name of a running program of a bot: any short text that differs from start to start. */
export const InstanceId = z.string().regex(/^[\w.:-]{1,64}$/, { error: "must be 1 to 64 letters, digits or . _ : -" });

/** One program running as a bot. Two that hold the same part are a mistake, or a token in the wrong hands. */
export const BotInstance = z
  .object({
    instance: z.string(),
    epoch: z.number().int().meta({ description: "Grows with every new instance of the bot." }),
    address: z.string(),
    since: Time,
    version: z.string().nullable(),
    via: z.enum(["socket", "http"]),
    declared: z.boolean().meta({
      description: "It names itself (auth.instance, X-Bot-Instance), so that it can be told from others and refused.",
    }),
    part: Part.nullable().meta({ description: "The shards it holds (auth.part, X-Bot-Part); null: all of the bot." }),
  })
  .meta({ id: "BotInstance" });
export type BotInstance = z.infer<typeof BotInstance>;

const InstanceList = z.object({
  bot_id: z.string(),
  conflict: z
    .boolean()
    .meta({ description: "True when two of these hold the same part: one of them has to be disconnected." }),
  parts: z
    .array(z.object({ shards: z.array(z.number().int()), of: z.number().int(), status: z.string() }))
    .meta({ description: "The last report of each part; empty for a bot that runs as one program." }),
  instances: z.array(BotInstance),
  refused: z.array(z.object({ instance: z.string(), until: Time })),
});

export const listInstances = {
  id: "listInstances",
  method: "GET",
  path: "/api/bot/{bot_id}/instances",
  summary: "The programs that run as this bot now",
  description:
    "As the answering process sees them. `conflict` means that a token is used twice: programs that name disjoint parts (`auth.part`, `X-Bot-Part: 0,1/4`) live side by side.",
  document: "muster",
  params: BotParams,
  response: InstanceList,
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

export const keepInstance = {
  id: "keepInstance",
  method: "POST",
  path: "/api/bot/{bot_id}/instances/{instance}/keep",
  summary: "Keep one instance of a bot and refuse the others",
  description:
    "The others are cut off with code SUPERSEDED and refused for an hour, or until the token is regenerated. One that does not name itself can be cut off but not kept out: regenerate the token then.",
  document: "muster",
  params: BotParams.extend({ instance: z.string().max(128) }),
  response: InstanceList,
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

/** Facts that this room announces after a commit; lib/edge/realtime decides which sockets receive them. */
declare module "@/lib/core/bus" {
  interface Facts {
    "bot.registered": { bot: Bot };
    /** A change of status; `data` is what the bot sent with it. */
    "bot.status": { bot: Bot; data: Record<string, unknown> };
    "bot.updated": { bot: Bot };
    /** A person took a bot that nobody owned: what is cached of it, and of its token, no longer holds. */
    "bot.adopted": { bot: Bot };
    "bot.deleted": { bot: Bot };
    /** The token was replaced: sockets and cached identities of the old one end. */
    "bot.token_changed": { bot: Bot };
    "bot.settings": { bot: Bot; settings: Record<string, unknown>; version: number };
    /** One process tells the others: an instance is live in it, or no longer is. */
    "bot.instance": { bot_id: string; owner_id: number | null; instance: BotInstance; live: boolean };
    /** All that are live in one process, in lots, and who is refused; `until` in epoch ms. */
    "bot.instances_here": {
      instances: { bot_id: string; owner_id: number | null; instance: BotInstance }[];
      refused: { bot_id: string; instance: string; until: number }[];
    };
    /** Two instances run as one bot, or no longer do. */
    "bot.instances": { bot_id: string; owner_id: number | null; instances: BotInstance[] };
    /** A person kept one instance: those named are cut off and refused until then (epoch ms). */
    "bot.superseded": { bot_id: string; instances: string[]; until: number };
  }
}
