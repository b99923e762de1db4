import type { RuleInput } from "@/lib/operations/alerts/rules/contract";
import { emptyRule, withMetric } from "./rule-input";

/** The rules that most fleets want: an admin's watch every bot, other people's their own. */
export function defaultRules(role: string): RuleInput[] {
  const scope = role === "admin" ? "all" : "own";
  const rule = (change: Partial<RuleInput> & Pick<RuleInput, "metric" | "name">): RuleInput => ({
    ...withMetric({ ...emptyRule(), scope }, change.metric),
    ...change,
  });
  return [
    rule({ name: "Bot offline", metric: "bot_offline", threshold: 300, severity: "high" }),
    rule({ name: "Error spike", metric: "error_logs", threshold: 20, window_s: 300 }),
    rule({ name: "Commands waiting", metric: "queue_age", threshold: 600 }),
  ];
}
