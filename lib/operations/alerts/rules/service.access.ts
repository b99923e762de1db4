/** Checks that a person may read or change a rule, and that the rule may watch the bots it names. */
import { type Actor, asUser, type UserActor } from "@/lib/core/actor";
import { AppError, invalid } from "@/lib/core/errors";
import { includes, reachedBots } from "@/lib/identity/access";
import { FIRST_TEAM } from "@/lib/identity/teams/contract.constants";
import type { ChannelStore } from "@/lib/operations/alerts/channels/store";
import { demandOwned } from "@/lib/operations/alerts/service.owners";
import type { RuleInput } from "./contract";
import { metricFacts } from "./contract.constants";
import { logQueryProblem, problemSentence } from "./queries.log";
import type { RuleStore, StoredRule } from "./store";

export type AccessDeps = {
  rules: Pick<RuleStore, "get">;
  channels: Pick<ChannelStore, "known">;
  /** Returns the teams of the bots that exist. */
  botTeams(ids: string[]): Promise<Map<string, number | null>>;
};

/** Checks what a team's rule cannot watch. @throws INVALID_INPUT */
function checkTeamRule({ scope, metric }: RuleInput): void {
  if (scope === "all") throw invalid("scope", 'a team\'s rule watches bots of the team: use "own" or "selected"');
  if (metricFacts(metric).per === "owner")
    throw invalid("metric", "transfers belong to people: create this rule for yourself, without team_id");
}

/** Checks that lines can be counted by the query of a rule. @throws INVALID_INPUT names the term, and how to say it */
function checkQuery({ metric, query = "" }: RuleInput): void {
  const problem = metric === "log_match" ? logQueryProblem(query) : undefined;
  if (problem) throw invalid("query", problemSentence(query, problem));
}

/**
 * @param teamId  the owner of the rule: the caller, or a team
 * @throws FORBIDDEN only admins may watch all bots, NOT_FOUND a bot, INVALID_INPUT a query, a channel, or what no
 *   team can watch
 */
export async function checkRule(
  { channels, botTeams }: Pick<AccessDeps, "channels" | "botTeams">,
  user: UserActor,
  input: RuleInput,
  teamId: number,
): Promise<void> {
  checkQuery(input);
  const isOfTeam = teamId >= FIRST_TEAM;
  if (isOfTeam) checkTeamRule(input);
  if (input.scope === "all" && user.role !== "admin")
    throw new AppError("FORBIDDEN", 'Only an admin may watch all bots and the server: use scope "own" or "selected"');
  if (input.scope === "selected") {
    const teams = await botTeams(input.bot_ids);
    const ofTeam = { teams: [teamId], bots: [] };
    const reached = isOfTeam ? ofTeam : user.role === "admin" ? undefined : reachedBots(user);
    const missing = input.bot_ids.find((id) => {
      const team_id = teams.get(id);
      return team_id === undefined || !includes(reached, { id, team_id });
    });
    if (missing !== undefined)
      throw new AppError("NOT_FOUND", `No bot ${missing}${isOfTeam ? " of this team" : ""}`, { field: "bot_ids" });
  }
  const named = [...input.channels, ...input.escalation_channels];
  if (named.length === 0) return;
  const isGlobal = input.scope === "all";
  const known = await channels.known(named, isGlobal ? undefined : teamId);
  for (const field of ["channels", "escalation_channels"] as const) {
    const unknown = input[field].find((id) => !known.has(id));
    if (unknown)
      throw invalid(
        field,
        `${unknown} is not a channel for ${isGlobal ? "the server's" : isOfTeam ? "the team's" : "your"} alerts`,
      );
  }
}

/** @throws NOT_FOUND the caller may not see the rule; FORBIDDEN the caller may not change it, as `demandOwned` says */
export async function accessibleRule(
  { rules }: Pick<AccessDeps, "rules">,
  actor: Actor,
  id: string,
  scope: "read" | "operate" = "operate",
): Promise<{ user: UserActor; rule: StoredRule }> {
  const user = asUser(actor, scope);
  const rule = await rules.get(id);
  const missing = new AppError("NOT_FOUND", `No alert rule ${id}`);
  if (!rule) throw missing;
  demandOwned(
    user,
    { team_id: rule.team_id, isGlobal: rule.scope === "all" },
    { ...{ scope, missing }, what: "rules" },
  );
  return { user, rule };
}
