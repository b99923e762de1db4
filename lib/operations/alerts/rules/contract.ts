/** Contract of alert rules: the metrics they can watch, and the dry run. All of it is our own ("muster"). */
import { z } from "zod";
import { BotId, Cursor, EditedVersion, type Operation, Success, Time, Version, WholeNumber } from "@/lib/core/contract";
import { QUERY_MAX } from "@/lib/fleet/telemetry/contract.constants";
import { AccountId, TeamId } from "@/lib/identity/teams/contract";
import { AlertName, Id, ONE, OwningTeam, Severity } from "@/lib/operations/alerts/contract";
import { LOG_RULES_MAX, METRICS, metricFacts, RULE_CHANNELS_MAX } from "./contract.constants";

export const Metric = z.enum(Object.keys(METRICS) as [keyof typeof METRICS, ...(keyof typeof METRICS)[]]);
export type Metric = z.infer<typeof Metric>;

/** The most rules in one page of their list. */
const PAGE_MAX = 200;
const Ids = z.array(Id).max(RULE_CHANNELS_MAX).default([]);

/** A rule in a request. The service decides who may use the scope "all". */
const RuleShape = z.strictObject({
  name: AlertName,
  enabled: z.boolean().default(true),
  metric: Metric,
  threshold: z.number(),
  query: z.string().trim().max(QUERY_MAX).optional().meta({
    description:
      "For log_match: the query of logs whose lines are counted, of all bots of the rule together. Bots are chosen by `scope`, so it has no `bot:`; nor `after:`, `before:` or `/expressions/`.",
    example: 'level:error "connection lost"',
  }),
  window_s: z
    .number()
    .int()
    .min(10)
    .max(86_400)
    .default(300)
    .meta({ description: "For what is counted: over how many seconds back." }),
  for_s: z.number().int().min(0).max(86_400).default(0).meta({ description: "It must last this long." }),
  recover_below: z
    .number()
    .optional()
    .meta({ description: "Recovered only below this; the threshold itself when left out." }),
  severity: Severity.default("medium"),
  scope: z.enum(["all", "own", "selected"]).default("own").meta({
    description:
      "all: every bot and the server (admins); own: all bots of the rule's owner, which is you or a team; selected: those named.",
  }),
  bot_ids: z.array(BotId).max(200).default([]),
  escalate_after_m: z.number().int().min(1).max(10_080).optional().meta({
    description:
      "If the alert is not acknowledged within this time, its severity rises by one and its channels are notified again.",
  }),
  channels: Ids.meta({ description: "Channels beside the inbox; none named: all of the rule's owner." }),
  escalation_channels: Ids.meta({ description: "Channels that hear of it only when it is escalated." }),
  team_id: AccountId.optional().meta({
    description:
      "The team that owns the rule; this needs the role maintainer. Default: you. A team's rule watches only bots of the team. The owner cannot be changed later.",
  }),
});
function checkRule(rule: z.output<typeof RuleShape>, context: z.RefinementCtx): void {
  const complain = (field: string, message: string) => context.addIssue({ code: "custom", path: [field], message });
  const { min, max, per } = metricFacts(rule.metric);
  if (!(rule.threshold >= min && rule.threshold <= max)) complain("threshold", `must be ${min} to ${max}`);
  if (rule.recover_below !== undefined && !(rule.recover_below > 0 && rule.recover_below <= rule.threshold))
    complain("recover_below", "must be above 0 and not above the threshold");
  if (rule.metric !== "log_match" && rule.query !== undefined)
    complain("query", "only rules of the metric log_match have one");
  if (per === "server" && rule.scope !== "all") complain("scope", 'must be "all": this is of the server itself');
  if (rule.scope === "selected" && rule.bot_ids.length === 0) complain("bot_ids", "must name at least one bot");
  if (rule.scope === "selected" && per !== "bot") complain("scope", "must be all or own: this is not of bots");
}
export const RuleInput = RuleShape.superRefine(checkRule);
export type RuleInput = z.output<typeof RuleShape>;

export const AlertRule = RuleShape.extend({
  rule_id: z.string(),
  owner_id: z.number().int().meta({ description: "The person who owns it; of a team's rule the team's first owner." }),
  team_id: OwningTeam,
  open_alerts: z.number().int().meta({ description: "Alerts of it that are not resolved." }),
  version: Version,
  created_at: Time,
  updated_at: Time,
}).meta({ id: "AlertRule" });
export type AlertRule = z.infer<typeof AlertRule>;

const RuleParams = z.object({ rule_id: Id });
const RULE_EXAMPLE = { name: "Bots that are gone", metric: "bot_offline", threshold: 300, severity: "high" };
export const listAlertRules = {
  id: "listAlertRules",
  method: "GET",
  path: "/api/alert-rules",
  summary: "List alert rules: your own and those of your teams, and the server's for staff",
  description: "Newest first. `team_id` lists those of one team; your own id stands for your personal team.",
  document: "muster",
  query: z.object({
    limit: WholeNumber(PAGE_MAX, PAGE_MAX),
    cursor: Cursor,
    team_id: TeamId.optional().meta({ type: "integer", description: "only rules of this team" }),
  }),
  response: z.object({ rules: z.array(AlertRule), count: z.number().int(), next_cursor: z.string().nullable() }),
  errors: ["INVALID_INPUT", ...ONE],
} as const satisfies Operation;
export type RuleQuery = z.output<typeof listAlertRules.query>;

export const createAlertRule = {
  id: "createAlertRule",
  method: "POST",
  path: "/api/alert-rules",
  summary: "Create an alert rule",
  description: `Each person and each team may have ${LOG_RULES_MAX} rules for log_match. Rules are evaluated every 5 seconds.`,
  document: "muster",
  body: RuleInput,
  response: Success.extend({ rule: AlertRule }),
  errors: ["INVALID_INPUT", ...ONE, "CONFLICT"],
  example: { body: RULE_EXAMPLE },
} as const satisfies Operation;
export const getAlertRule = {
  id: "getAlertRule",
  method: "GET",
  path: "/api/alert-rules/{rule_id}",
  summary: "Get an alert rule",
  document: "muster",
  params: RuleParams,
  response: z.object({ rule: AlertRule }),
  etag: "rule.version",
  errors: ONE,
} as const satisfies Operation;
export const updateAlertRule = {
  id: "updateAlertRule",
  method: "PUT",
  path: "/api/alert-rules/{rule_id}",
  summary: "Replace an alert rule",
  description: "Open alerts stay until they recover under the new rule. Turning the rule off resolves them.",
  document: "muster",
  params: RuleParams,
  body: RuleShape.extend({ version: EditedVersion }).superRefine(checkRule),
  response: Success.extend({ rule: AlertRule }),
  update: "closed",
  etag: "rule.version",
  errors: ["INVALID_INPUT", ...ONE, "CONFLICT"],
  example: { body: RULE_EXAMPLE },
} as const satisfies Operation;
export const deleteAlertRule = {
  id: "deleteAlertRule",
  method: "DELETE",
  path: "/api/alert-rules/{rule_id}",
  summary: "Delete an alert rule and resolve its alerts",
  document: "muster",
  params: RuleParams,
  response: Success,
  errors: ONE,
} as const satisfies Operation;

const Firing = z.object({
  at: Time,
  until: Time.nullable().meta({ description: "Null: it would be firing now." }),
  count: z.number().int(),
  labels: z.array(z.string()).meta({ description: "The first ten." }),
});
export const dryRunAlertRule = {
  id: "dryRunAlertRule",
  method: "POST",
  path: "/api/alert-rules/dry-run",
  summary: "Preview when a rule would have fired in the last 24 hours",
  description:
    "Computed from stored status changes, logs, commands and transfers, and from one sample of the machine per minute; the result is not stored. Covers the newest 100,000 rows, and transfers that have not been retried or removed since. `from` is the time since which data is complete; `complete` says whether that covers 24 hours.",
  document: "muster",
  body: RuleInput,
  response: z.object({
    complete: z.boolean(),
    from: Time,
    to: Time,
    total: z.number().int().meta({ description: "Alerts in all; the newest 100 are listed, oldest first." }),
    firings: z.array(Firing),
  }),
  errors: ["INVALID_INPUT", ...ONE],
  example: { body: RULE_EXAMPLE },
} as const satisfies Operation;
export type DryRun = z.infer<typeof dryRunAlertRule.response>;
