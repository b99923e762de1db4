/** Contract of bots. Source: document 000 "Bot Management APIs"; 001 (bot/auth); original 000 (bots). */
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
import { AccountId, TeamId } from "@/lib/identity/teams/contract";
import { BOT_PAGE_MAX, BOT_SORTS } from "./contract.constants";
import { Parts } from "./contract.shards";
import { FacetFilter, TagFilter } from "./contract.tags";

/** The status that a bot reports: `online`, `offline`, or any other short word. */
export const BotStatus = z
  .string()
  .regex(/^[A-Za-z][\w-]{0,31}$/, { error: "must be a short word such as online or offline" })
  .meta({ example: "online" });
export const BotName = Name(128).meta({ example: "Greeter" });
export const BotParams = z.object({ bot_id: BotId });

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
    team_id: z
      .number()
      .int()
      .nullable()
      .meta({ description: "The team that owns it. The id of a personal team is that of its person." }),
    metadata: AnyObject,
    tags: z.array(z.string()).meta({ description: "The tags that people gave it." }),
    reported_tags: z.array(z.string()).meta({
      description: "The tags that it reports itself as `tags` of its metadata. They give nobody access.",
    }),
    origin: z.enum(["created", "registered", "open"]).meta({
      description:
        "created by a person, registered by itself, or open: registered through document 004 without a credential.",
    }),
    version: Version.meta({ description: "Incremented by every change of the name or the metadata." }),
    settings_version: z.number().int(),
    pending_commands: z.number().int(),
    failed_commands: z.number().int(),
    cancelled_commands: z.number().int().meta({ description: "Those of `failed_commands` that a person cancelled." }),
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

/** The properties by which every list of bots, and every command to many bots, may be limited. */
export const BotFilter = z
  .object({
    search: z.string().trim().max(100).meta({ description: "part of the name or id" }),
    status: z.enum(["online", "offline"]),
    tag: TagFilter,
    platform: FacetFilter.meta({ description: "only bots whose metadata names this platform" }),
    version: FacetFilter.meta({ description: "only bots whose metadata names this version" }),
    host: FacetFilter.meta({ description: "only bots whose metadata names this host" }),
    team_id: AccountId.meta({ description: "only bots that this team owns" }),
  })
  .partial();
export type BotFilter = z.infer<typeof BotFilter>;

/** A place in a list of bots. It contains the key of a name, which is several times as long as the longest name. */
export const BotCursor = z.string().max(2000);

/** Filters and paging shared by the bot lists; without them every bot the caller may see is listed, up to the cap. */
export const BotListQuery = BotFilter.extend({
  team_id: TeamId.optional().meta({ type: "integer", description: "only bots that this team owns" }),
  ids: z
    .string()
    .max(30_000)
    .transform((text) => text.split(",").slice(0, 200))
    .optional()
    .meta({ type: "string", description: "only these ids, at most 200, separated by commas" }),
  sort: z.enum(BOT_SORTS).optional(),
  limit: WholeNumber(BOT_PAGE_MAX, BOT_PAGE_MAX),
  cursor: BotCursor.optional().meta({ description: "next_cursor of the page before" }),
});
export type BotListQuery = z.infer<typeof BotListQuery>;

export const listMyBots = {
  id: "listMyBots",
  method: "GET",
  path: "/api/my-bots",
  summary: "List the bots of teams that you own or maintain",
  document: "000 Bot Management APIs: Get My Bots",
  query: BotListQuery,
  response: BotList,
  errors: ["INVALID_INPUT", "UNAUTHORIZED"],
} as const satisfies Operation;

export const listBots = {
  id: "listBots",
  method: "GET",
  path: "/api/bots",
  summary: "List all bots you can see",
  document: "original 000: GET /api/bots",
  query: BotListQuery,
  response: BotList,
  errors: ["INVALID_INPUT", "UNAUTHORIZED"],
} as const satisfies Operation;

export const listAllBots = {
  id: "listAllBots",
  method: "GET",
  path: "/api/admin/bots",
  summary: "List all bots on the server",
  document: "000 Bot Management APIs: Get All Bots (Admin)",
  query: BotListQuery,
  response: BotList,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

export const listUserBots = {
  id: "listUserBots",
  method: "GET",
  path: "/api/users/{user_id}/bots",
  summary: "List a user's bots",
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
  description: "The bot's program signs in with the token. You can read it again at /api/my-bots/{bot_id}/token.",
  document: "000 Bot Management APIs: Create Bot",
  body: z.object({
    name: BotName,
    metadata: JsonObject().default({}),
    team_id: z
      .number()
      .int()
      .min(1)
      .max(2 ** 31 - 1)
      .optional()
      .meta({ description: "The team that owns it; yours if left out." }),
  }),
  response: Success.extend({ bot_id: z.string(), token: z.string() }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"],
  example: { body: { name: "Greeter", metadata: { platform: "discord" } } },
} as const satisfies Operation;

export const getBot = {
  id: "getBot",
  method: "GET",
  path: "/api/my-bots/{bot_id}",
  summary: "Get a bot",
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
  summary: "Get a bot's token",
  document: "000 Bot Management APIs: Get Bot Token",
  proof: "fresh",
  params: BotParams,
  response: z.object({ token: z.string() }),
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"],
} as const satisfies Operation;

export const regenerateBotToken = {
  id: "regenerateBotToken",
  method: "POST",
  path: "/api/my-bots/{bot_id}/regenerate-token",
  summary: "Replace a bot's token",
  description: "The old token stops working at once, and sockets opened with it are closed.",
  document: "000 Bot Management APIs: Regenerate Bot Token",
  proof: "fresh",
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

/** Facts that this room announces after a commit; lib/edge/realtime decides which sockets receive them. */
declare module "@/lib/core/bus" {
  interface Facts {
    "bot.registered": { bot: Bot };
    /** The status of a bot changed; `data` is what the bot sent with its report. */
    "bot.status": { bot: Bot; data: Record<string, unknown> };
    "bot.updated": { bot: Bot };
    /**
     * A person adopted a bot that had no owner: cached copies of the bot and of its token's identity are out of date.
     */
    "bot.adopted": { bot: Bot };
    "bot.deleted": { bot: Bot };
    /** The token was replaced: sockets and cached identities of the old token must end. */
    "bot.token_changed": { bot: Bot };
    "bot.settings": { bot: Bot; settings: Record<string, unknown>; version: number };
  }
}
