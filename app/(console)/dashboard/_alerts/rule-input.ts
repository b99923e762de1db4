import type { AlertRule, Metric, RuleInput } from "@/lib/operations/alerts/rules/contract";
import { metricFacts } from "@/lib/operations/alerts/rules/contract.constants";

/** Converts a stored rule to the body that saves it unchanged. The owner stays, as the body names none. */
export function inputOf(rule: AlertRule): RuleInput {
  const { rule_id, owner_id, team_id, open_alerts, version, created_at, updated_at, ...input } = rule;
  return input;
}

export const emptyRule = (): RuleInput => ({
  ...{
    name: "",
    enabled: true,
    metric: "bot_offline",
    threshold: 300,
    query: undefined,
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

/** Changes a rule's metric. It takes that metric's usual threshold, and its scope changes if the metric does not support it. */
export function withMetric(rule: RuleInput, metric: Metric): RuleInput {
  const { usual, per } = metricFacts(metric);
  const scope = per === "server" ? "all" : rule.scope === "selected" && per !== "bot" ? "own" : rule.scope;
  const query = metric === "log_match" ? (rule.query ?? "") : undefined;
  return { ...rule, metric, query, scope, threshold: usual, recover_below: undefined };
}

/** Gives a new rule to a team, or to the reader. Removes bots and channels of the owner before, which the new one may not use. */
export function withOwner(rule: RuleInput, team_id: number | undefined): RuleInput {
  const { per } = metricFacts(rule.metric);
  const fitting = team_id !== undefined && per !== "bot" ? withMetric(rule, "bot_offline") : rule;
  return { ...fitting, team_id, scope: "own", bot_ids: [], channels: [], escalation_channels: [] };
}

/** Labels of a rule's fields, for the dialog that compares two edits. */
export const RULE_LABELS: Partial<Record<keyof RuleInput, string>> & Record<string, string> = {
  ...{
    name: "Name",
    enabled: "Enabled",
    metric: "Watch",
    threshold: "Threshold",
    query: "Query",
    severity: "Severity",
  },
  ...{ scope: "Applies to", bot_ids: "Bots", window_s: "Time window, seconds", for_s: "Must last, seconds" },
  ...{ recover_below: "Resolve below", escalate_after_m: "Escalate after, minutes" },
  ...{ channels: "Send to", escalation_channels: "When escalated, also send to" },
};
