import type { Bot } from "@/lib/fleet/bots/contract";

/** What a bot says it runs on; empty when it says nothing. */
export function platformOf(bot: Bot): string {
  return typeof bot.metadata.platform === "string" ? bot.metadata.platform : "";
}
