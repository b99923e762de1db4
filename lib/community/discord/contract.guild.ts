/** Contract of the Discord server itself: its channels and roles, for forms in which people choose one. */
import { z } from "zod";
import type { Operation } from "@/lib/core/contract";

const Snowflake = z.string().meta({ example: "41771983423143937" });
const ERRORS = ["UNAUTHORIZED", "FORBIDDEN", "BAD_GATEWAY", "UNAVAILABLE", "GATEWAY_TIMEOUT"] as const;
const KEPT = "For staff. Asked of Discord with DISCORD_TOKEN, and kept for a minute.";

/** Discord's kinds of channels by their number. */
export const CHANNEL_TYPES: Readonly<Record<number, string>> = {
  0: "text",
  2: "voice",
  4: "category",
  5: "news",
  10: "news_thread",
  11: "public_thread",
  12: "private_thread",
  13: "stage_voice",
  14: "directory",
  15: "forum",
  16: "media",
};

export const GuildChannel = z.object({
  id: Snowflake,
  name: z.string(),
  category: z.string().nullable().meta({ description: "The name of the category that it is in." }),
  type: z.string().meta({ description: "text, voice, category, news, forum and so on.", example: "text" }),
});
export type GuildChannel = z.infer<typeof GuildChannel>;

export const GuildRole = z.object({ id: Snowflake, name: z.string(), color: z.number().int() });
export type GuildRole = z.infer<typeof GuildRole>;

export const listGuildChannels = {
  id: "listGuildChannels",
  method: "GET",
  path: "/api/guild/channels",
  summary: "List the channels of the Discord server",
  description: `${KEPT} In Discord's order.`,
  document: "original 003: Mobile App",
  response: z.array(GuildChannel),
  errors: ERRORS,
} as const satisfies Operation;

export const listGuildRoles = {
  id: "listGuildRoles",
  method: "GET",
  path: "/api/guild/roles",
  summary: "List the roles of the Discord server",
  description: `${KEPT} The highest role comes first; @everyone is left out.`,
  document: "original 003: Mobile App",
  response: z.array(GuildRole),
  errors: ERRORS,
} as const satisfies Operation;
