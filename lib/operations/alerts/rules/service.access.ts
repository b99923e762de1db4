/** Checks that a person may read or change a rule, and that the rule may watch the bots it names. */
import { type Actor, asUser, type UserActor } from "@/lib/core/actor";
import { AppError, invalid } from "@/lib/core/errors";
import { includes, reachedBots, seesAll } from "@/lib/identity/access";
import type { ChannelStore } from "@/lib/operations/alerts/channels/store";
import type { RuleInput } from "./contract";
import type { RuleStore, StoredRule } from "./store";

export type AccessDeps = {
  rules: Pick<RuleStore, "get">;
  channels: Pick<ChannelStore, "list">;
  /** Returns the teams of the bots that exist. */
  botTeams(ids: string[]): Promise<Map<string, number | null>>;
};

/** @throws FORBIDDEN only admins may watch all bots, NOT_FOUND a bot, INVALID_INPUT a channel */
export async function checkRule(
  { channels, botTeams }: Pick<AccessDeps, "channels" | "botTeams">,
  user: UserActor,
  input: RuleInput,
): Promise<void> {
  if (input.scope === "all" && user.role !== "admin")
    throw new AppError("FORBIDDEN", 'Only an admin may watch all bots and the server: use scope "own" or "selected"');
  if (input.scope === "selected") {
    const teams = await botTeams(input.bot_ids);
    const reached = user.role === "admin" ? undefined : reachedBots(user);
    const missing = input.bot_ids.find((id) => {
      const team_id = teams.get(id);
      return team_id === undefined || !includes(reached, { id, team_id });
    });
    if (missing !== undefined) throw new AppError("NOT_FOUND", `No bot ${missing}`, { field: "bot_ids" });
  }
  const named = [...input.channels, ...input.escalation_channels];
  if (named.length === 0) return;
  const isGlobal = input.scope === "all";
  const listed = await channels.list(user.user_id, isGlobal);
  const known = new Set(listed.filter(({ global }) => global === (isGlobal ? 1 : 0)).map(({ id }) => id));
  for (const field of ["channels", "escalation_channels"] as const) {
    const unknown = input[field].find((id) => !known.has(id));
    if (unknown) throw invalid(field, `${unknown} is not a channel for ${isGlobal ? "the server's" : "your"} alerts`);
  }
}

/** @throws NOT_FOUND the rule belongs to somebody else, FORBIDDEN only admins may change a global rule */
export async function accessibleRule(
  { rules }: Pick<AccessDeps, "rules">,
  actor: Actor,
  id: string,
  scope: "read" | "operate" = "operate",
): Promise<{ user: UserActor; rule: StoredRule }> {
  const user = asUser(actor, scope);
  const rule = await rules.get(id);
  const isGlobal = rule?.scope === "all";
  if (!rule || !(isGlobal ? seesAll(user) : rule.owner_id === user.user_id))
    throw new AppError("NOT_FOUND", `No alert rule ${id}`);
  if (isGlobal && user.role !== "admin" && scope !== "read")
    throw new AppError("FORBIDDEN", "Only an admin may change the server's rules");
  return { user, rule };
}
