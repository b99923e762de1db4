/**
 * Query keys and cached shapes of bots. They are in a file of their own because the status strip on every page reads
 * them.
 */
import type { z } from "zod";
import type { getBotInfo } from "@/lib/fleet/bots/contract.info";
import type { listBots } from "./contract";
import type { BotSort } from "./contract.constants";

export type BotFilters = {
  search?: string;
  status?: "online" | "offline";
  /** One tag, or several with commas that a bot must all have. */
  tag?: string;
  platform?: string;
  version?: string;
  host?: string;
  sort?: BotSort;
  /** The team that owns the bots. */
  team_id?: string;
};
export type UptimeHours = "1" | "24" | "168" | "720";
export type BotPage = z.infer<typeof listBots.response>;
export type BotInfo = z.infer<typeof getBotInfo.response>;

export const botKeys = {
  all: ["bots"] as const,
  lists: ["bots", "list"] as const,
  list: (filters: BotFilters, limit: number) => ["bots", "list", filters, limit] as const,
  facets: ["bots", "facets"] as const,
  names: (ids: readonly string[]) => ["bots", "names", ids.join()] as const,
  search: (text: string, limit: number) => ["bots", "search", text, limit] as const,
  targets: (filter: BotFilters) => ["bots", "targets", filter] as const,
  info: (botId: string) => ["bots", "info", botId] as const,
  settings: (botId: string) => ["bots", "settings", botId] as const,
  uptime: (botId: string, hours: UptimeHours) => ["bots", "uptime", botId, hours] as const,
};
