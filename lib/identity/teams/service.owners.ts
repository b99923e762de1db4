/** Decides which team may own something new: a bot, an alert rule or channel, a schedule, a webhook. */
import { type Actor, asUser, type Scope } from "@/lib/core/actor";
import { noteTeam } from "@/lib/core/acts";
import { invalid } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { needsRole, type OwnedBot, reaches, roleInTeam, roleOnTeam } from "@/lib/identity/access";
import { FIRST_TEAM } from "./contract.constants";
import { isTeam, noTeam } from "./joins";

/**
 * Returns the id of the team that will own something new: the given one, or the caller's personal team. A service key's
 * own team takes the place of a personal one. `keepTeam` checks again in the transaction that adds the thing.
 *
 * @param scope  what an API key must allow
 * @throws NOT_FOUND no such team, one in which the caller has no role, or the personal team of somebody else
 * @throws FORBIDDEN the role in the team is below maintainer, or the key's scope is too low
 */
export async function owningTeam(actor: Actor, teamId: number | undefined, scope: Scope): Promise<number> {
  const user = asUser(actor, scope);
  if (teamId === undefined || teamId === user.user_id) return user.user_id;
  const role = roleOnTeam(user, teamId);
  // Personal teams have one member, and staff act on what a person keeps alone in no other way either.
  if (teamId < FIRST_TEAM || role === null) throw noTeam(teamId);
  if (!reaches(role, "maintainer")) throw needsRole("maintainer", role, "team");
  // The role of an admin says nothing about whether the team exists; a member's does.
  if (roleInTeam(user, teamId) === null && !(await isTeam(teamId))) throw noTeam(teamId);
  noteTeam(teamId);
  return teamId;
}

type Bots = { getMany(actor: Actor, ids: string[]): Promise<ReadonlyMap<string, OwnedBot>> };

/**
 * Checks that a team owns the bots that something of it names. What belongs to the whole server (null) may name any bot
 * that the caller sees.
 *
 * @param field  the field of the request that names them
 * @throws AppError INVALID_INPUT  one of `bots` is another team's, or no bot that the caller sees
 */
export async function checkOwnedBots(
  bots: Bots,
  actor: Actor,
  teamId: number | null,
  ids: string[],
  field = "bots",
): Promise<void> {
  const found = await bots.getMany(actor, ids);
  const fits = (bot: OwnedBot | undefined) => bot !== undefined && (teamId === null || bot.team_id === teamId);
  const missing = ids.find((id) => !fits(found.get(id)));
  if (missing !== undefined) throw invalid(field, `the team owns no bot ${cutText(missing, 64, "")}`);
}
