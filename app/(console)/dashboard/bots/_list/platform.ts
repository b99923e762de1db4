import type { Bot } from "@/lib/fleet/bots/contract";

/** The platform that a bot reports in its metadata; empty when it reports none. */
export function platformOf(bot: Bot): string {
  return typeof bot.metadata.platform === "string" ? bot.metadata.platform : "";
}
