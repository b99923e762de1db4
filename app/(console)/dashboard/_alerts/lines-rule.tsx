"use client";
import { useRole } from "@/app/_shell/features";
import { cutText } from "@/lib/core/format/text";
import type { LogFilters } from "@/lib/fleet/telemetry/queries";
import type { RuleInput } from "@/lib/operations/alerts/rules/contract";
import { useReach } from "../_shared/use-reach";
import { RuleDialog } from "./rule-dialog";
import { emptyRule, withMetric } from "./rule-input";

/** A rule that counts the lines of a filter. The filter's bots become those of the rule; its times give way to the rule's window. */
function ruleOfLines({ q = "", bot_id, bot_ids }: LogFilters): RuleInput {
  const bots = bot_id === undefined ? (bot_ids?.split(",") ?? []) : [bot_id];
  return {
    ...withMetric({ ...emptyRule(), query: q }, "log_match"),
    name: cutText(q, 100),
    ...(bots.length > 0 && { scope: "selected", bot_ids: bots }),
  };
}

type LinesRuleProps = { filters: LogFilters; userId: number; onClose: () => void };

/** The form of a new rule that counts the lines of the log explorer. */
export default function LinesRule({ filters, userId, onClose }: LinesRuleProps) {
  const reader = { user_id: userId, role: useRole() };
  const reach = useReach(reader);
  return <RuleDialog start={ruleOfLines(filters)} {...{ reader, reach, onClose }} />;
}
