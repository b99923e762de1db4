import type { Bot } from "@/lib/fleet/bots/contract";

/** A text that a bot reports in its metadata; empty when it reports none. */
export function reported({ metadata }: Bot, name: "platform" | "version" | "host"): string {
  const value = metadata[name];
  return typeof value === "string" ? value : "";
}

export const platformOf = (bot: Bot): string => reported(bot, "platform");
