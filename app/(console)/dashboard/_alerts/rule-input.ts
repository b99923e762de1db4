import { type AlertRule, type Metric, metricFacts, type RuleInput } from "@/lib/alerts/contract.rules";

/** What is sent to keep a rule as it is. */
export function inputOf(rule: AlertRule): RuleInput {
  const { rule_id: _, owner_id: __, open_alerts: ___, created_at: ____, updated_at: _____, ...input } = rule;
  return input;
}

export const emptyRule = (): RuleInput => ({
  ...{
    name: "",
    enabled: true,
    metric: "bot_offline",
    threshold: 300,
    window_s: 300,
    for_s: 0,
    recover_below: undefined,
  },
  ...{
    severity: "medium",
    scope: "own",
    bot_ids: [],
    escalate_after_m: undefined,
    channels: [],
    escalation_channels: [],
  },
});

/** The same rule about something else: with the threshold usual for it, and of whom it can be. */
export function withMetric(rule: RuleInput, metric: Metric): RuleInput {
  const { usual, per } = metricFacts(metric);
  const scope = per === "server" ? "all" : rule.scope === "selected" && per !== "bot" ? "own" : rule.scope;
  return { ...rule, metric, scope, threshold: usual, recover_below: undefined };
}
