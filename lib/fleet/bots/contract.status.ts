/**
 * Contract of the reports of a bot, and of its settings. Source: document 000 "Bot Operations APIs"; original 000
 * (bot/<id>/status).
 */
import { z } from "zod";
import { AnyObject, JsonObject, type Operation, Success, Time } from "@/lib/core/contract";
import { Bot, BotParams, BotStatus } from "./contract";
import { Part } from "./contract.shards";

export const getBotStatus = {
  id: "getBotStatus",
  method: "GET",
  path: "/api/bot/{bot_id}/status",
  summary: "Get a bot's status",
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
  summary: "Report a bot's status (heartbeat)",
  document: "001 Data Flow Diagram: 3. Report Status",
  params: BotParams,
  body: z.object({
    status: BotStatus.default("online"),
    data: JsonObject().optional(),
    part: Part.optional().meta({
      description: "for a bot that runs as several programs: the shards of this program",
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
  summary: "Get a bot's settings",
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
  description: "Replaces the whole object, increments its version, and sends the bot `settings_update`.",
  document: "000 Bot Operations APIs: Update Bot Settings",
  params: BotParams,
  body: JsonObject(),
  response: Success.extend({ settings: AnyObject, version: z.number().int() }),
  update: "open",
  etag: "version",
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

/**
 * Share of online time in each of `slots` equal spans up to now, oldest first; null where the bot did not exist yet.
 */
export const getBotUptime = {
  id: "getBotUptime",
  method: "GET",
  path: "/api/bot/{bot_id}/uptime",
  summary: "Get a bot's heartbeat history and uptime",
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
