/** Contract of one bot with its command counts. Source: document 000 "Get Bot Info". */
import { z } from "zod";
import { BotId, type Operation } from "@/lib/core/contract";
import { Bot } from "./contract";

const count = z.number().int().min(0);

export const CommandCounts = z.object({
  total_commands: count,
  pending_commands: count,
  completed_commands: count,
  failed_commands: count,
  cancelled_commands: count.meta({ description: "Those of `failed_commands` that a person cancelled." }),
});

export const getBotInfo = {
  id: "getBotInfo",
  method: "GET",
  path: "/api/bot/{bot_id}/info",
  summary: "Get a bot with its command counts",
  document: "000 Bot Management APIs: Get Bot Info",
  params: z.object({ bot_id: BotId }),
  response: z.object({
    ...{ bot: Bot, stats: CommandCounts, online: z.boolean() },
    shared_tags: z
      .array(z.string())
      .optional()
      .meta({ description: "Tags of the bot that are shared with you and let you see it; left out without any." }),
  }),
  errors: ["UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;
