/** Contract of the figures. Source: document 000 "Statistics & Analytics APIs" and "Get Bot Info". */
import { z } from "zod";
import { Bot } from "@/lib/bots/contract";
import { BotId, type Operation } from "@/lib/contract";

const count = z.number().int().min(0);
const BotParams = z.object({ bot_id: BotId });

export const CommandCounts = z.object({
  total_commands: count,
  pending_commands: count,
  completed_commands: count,
  failed_commands: count,
});

export const statsOverview = {
  summary: "Counts over what the caller may see",
  description: "`user_bots` is always the caller's own; admins and moderators see the rest of the whole server.",
  document: "000 Statistics & Analytics APIs: Get Overview Stats",
  response: z.object({
    total_users: count,
    total_bots: count,
    user_bots: count,
    total_commands: count,
    pending_commands: count,
    total_logs: count,
    total_messages: count,
    connected_clients: count,
    online_bots: count,
    failed_commands: count,
    error_logs: count,
  }),
  errors: ["UNAUTHORIZED"],
} as const satisfies Operation;
export type StatsOverview = z.infer<typeof statsOverview.response>;

export const statsBot = {
  summary: "Counts of one bot",
  document: "000 Statistics & Analytics APIs: Get Bot Statistics",
  params: BotParams,
  response: CommandCounts.extend({
    total_logs: count,
    total_messages: count,
    command_types: z.record(z.string(), count),
  }),
  errors: ["UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

export const botInfo = {
  summary: "One bot with its command counts",
  document: "000 Bot Management APIs: Get Bot Info",
  params: BotParams,
  response: z.object({ bot: Bot, stats: CommandCounts, online: z.boolean() }),
  errors: ["UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;
