/** Writes rules and alerts as sentences. Browser-safe. */
import { cutText } from "@/lib/core/format/text";
import { countText, durationText } from "@/lib/core/format/units";
import { FIRST_TEAM } from "@/lib/identity/teams/contract.constants";
import type { Metric, RuleInput } from "./contract";
import { metricFacts } from "./contract.constants";

const NAMES = 3;
/** The longest query in a sentence. */
const QUERY_SHOWN = 120;

/** Formats 300 as "5 min", 90 as "90%", 12 as "12", depending on the metric. */
function valueText(metric: Metric, value: number): string {
  const { unit } = metricFacts(metric);
  if (unit === "seconds") return durationText(value);
  return unit === "percent" ? `${Math.round(value)}%` : Math.round(value).toLocaleString("en");
}

type Sentence = Pick<
  RuleInput,
  "metric" | "threshold" | "query" | "window_s" | "for_s" | "severity" | "scope" | "bot_ids"
> & {
  team_id?: number | null;
};

/** The bots whose lines a rule counts together. */
function allBots({ scope, bot_ids, team_id }: Pick<Sentence, "scope" | "bot_ids" | "team_id">): string {
  if (scope === "all") return "all bots";
  if (scope === "own") return (team_id ?? 0) >= FIRST_TEAM ? "the team's bots" : "my bots";
  return bot_ids.length === 1 ? "the selected bot" : `${bot_ids.length} selected bots`;
}

/** A query within a sentence. */
const queryText = (query = "") => cutText(query.replace(/\s+/g, " "), QUERY_SHOWN);

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
    log_match: `${countText(rule.threshold, "line")} or more of ${allBots(rule)} match ${queryText(rule.query) || "…"} within ${span}`,
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
export function messageOf(
  rule: Pick<RuleInput, "metric" | "query" | "window_s">,
  about: About[],
  total: number,
): string {
  const [first] = about;
  if (!first) return metricFacts(rule.metric).label;
  const value = valueText(rule.metric, first.value);
  const span = durationText(rule.window_s);
  if (total === 1) {
    const one: Record<Metric, string> = {
      bot_offline: `${first.label} is offline`,
      error_logs: `${first.label} logged ${countText(first.value, "error")} within ${span}`,
      log_match: `${value} ${first.value === 1 ? "line matches" : "lines match"} ${queryText(rule.query)} within ${span}. Newest: ${first.label}`,
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
    log_match: `Many lines match ${queryText(rule.query)}: ${who}`,
    queue_age: `Commands wait too long for ${total} bots: ${who}`,
    failed_commands: `Commands of ${total} bots fail: ${who}`,
    failed_transfers: `Transfers of ${total} people fail: ${who}`,
    disk: `Disks are full: ${who}`,
    memory: `Memory is short: ${who}`,
    cpu: `Processors are busy: ${who}`,
  };
  return many[rule.metric];
}
