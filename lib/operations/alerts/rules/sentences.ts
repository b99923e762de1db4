/** Writes rules and alerts as sentences. Browser-safe. */
import { countText, durationText } from "@/lib/core/format/units";
import { FIRST_TEAM } from "@/lib/identity/teams/contract.constants";
import type { Metric, RuleInput } from "./contract";
import { metricFacts } from "./contract.constants";

const NAMES = 3;

/** Formats 300 as "5 min", 90 as "90%", 12 as "12", depending on the metric. */
function valueText(metric: Metric, value: number): string {
  const { unit } = metricFacts(metric);
  if (unit === "seconds") return durationText(value);
  return unit === "percent" ? `${Math.round(value)}%` : Math.round(value).toLocaleString("en");
}

type Sentence = Pick<RuleInput, "metric" | "threshold" | "window_s" | "for_s" | "severity" | "scope" | "bot_ids"> & {
  team_id?: number | null;
};

/** Writes a rule as a sentence, such as "When a bot is offline for 5 min, raise a high alert." */
export function sentenceOf(rule: Sentence): string {
  const bots =
    rule.scope === "all"
      ? "any bot"
      : rule.scope === "own"
        ? (rule.team_id ?? 0) >= FIRST_TEAM
          ? "one of the team's bots"
          : "one of my bots"
        : rule.bot_ids.length === 1
          ? "the selected bot"
          : `one of ${rule.bot_ids.length} selected bots`;
  const value = valueText(rule.metric, rule.threshold);
  const span = durationText(rule.window_s);
  const when: Record<Metric, string> = {
    bot_offline: `${bots} is offline for ${value}`,
    error_logs: `${bots} logs ${countText(rule.threshold, "error")} or more within ${span}`,
    queue_age: `a command for ${bots} has waited ${value}`,
    failed_commands: `${countText(rule.threshold, "command")} or more of ${bots} fail within ${span}`,
    failed_transfers: `${countText(rule.threshold, "transfer")} or more${rule.scope === "all" ? " of anybody" : " of mine"} fail within ${span}`,
    disk: `the disk is ${value} full`,
    memory: `memory is ${value} in use`,
    cpu: `the processor is ${value} busy`,
  };
  const held = rule.for_s > 0 ? `, and stays so for ${durationText(rule.for_s)}` : "";
  return `When ${when[rule.metric]}${held}, raise a ${rule.severity} alert.`;
}

type About = { label: string; value: number };

/**
 * Writes the message of an alert about one or many subjects. `total` is the number that fire; `about` may contain only
 * the first of them.
 */
export function messageOf(rule: Pick<RuleInput, "metric" | "window_s">, about: About[], total: number): string {
  const [first] = about;
  if (!first) return metricFacts(rule.metric).label;
  const value = valueText(rule.metric, first.value);
  const span = durationText(rule.window_s);
  if (total === 1) {
    const one: Record<Metric, string> = {
      bot_offline: `${first.label} is offline`,
      error_logs: `${first.label} logged ${countText(first.value, "error")} within ${span}`,
      queue_age: `A command for ${first.label} has waited ${value}`,
      failed_commands: `${countText(first.value, "command")} of ${first.label} failed within ${span}`,
      failed_transfers: `${countText(first.value, "transfer")} of ${first.label} failed within ${span}`,
      disk: `The disk is ${value} full`,
      memory: `Memory is ${value} in use`,
      cpu: `The processor is ${value} busy`,
    };
    return one[rule.metric];
  }
  const names = about.slice(0, NAMES).map(({ label }) => label);
  const more = total - names.length;
  const who = `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  const many: Record<Metric, string> = {
    bot_offline: `${total} bots are offline: ${who}`,
    error_logs: `${total} bots log many errors: ${who}`,
    queue_age: `Commands wait too long for ${total} bots: ${who}`,
    failed_commands: `Commands of ${total} bots fail: ${who}`,
    failed_transfers: `Transfers of ${total} people fail: ${who}`,
    disk: `Disks are full: ${who}`,
    memory: `Memory is short: ${who}`,
    cpu: `Processors are busy: ${who}`,
  };
  return many[rule.metric];
}
