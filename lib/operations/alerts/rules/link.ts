/** Where the console shows what a rule has counted. */
import { FILTER_BOTS_MAX } from "@/lib/fleet/telemetry/contract.constants";
import type { RuleInput } from "./contract";

type Counted = Pick<RuleInput, "metric" | "query" | "scope" | "bot_ids" | "window_s" | "for_s">;

/**
 * Returns the path of the log explorer with the query of a rule that fires at `at` (epoch ms), its selected bots and the time
 * that it looked at; null for rules that count something else.
 */
export function linkOf({ metric, query = "", scope, bot_ids, window_s, for_s }: Counted, at: number): string | null {
  if (metric !== "log_match") return null;
  const isNamed = scope === "selected" && bot_ids.length <= FILTER_BOTS_MAX;
  // A space ends the last word. Without it, the explorer would take it for the beginning of one.
  const q = `${query} ${isNamed ? `bot:${bot_ids.join()}` : ""}`;
  const iso = (time: number) => new Date(time).toISOString();
  return `/dashboard/logs?${new URLSearchParams({ q, from: iso(at - (window_s + for_s) * 1000), to: iso(at) })}`;
}
