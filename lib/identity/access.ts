/**
 * Rights by server role, team and grant: pure functions of the caller. Every list, search, export, socket, event and
 * figure asks these functions, so that a right is decided in one place.
 */
import { type Actor, keyReaches, type Role, type UserActor } from "@/lib/core/actor";
import { now } from "@/lib/core/clock";
import { reaches, type TeamRole } from "@/lib/core/contract.roles";
import { AppError } from "@/lib/core/errors";

/** A bot, and the team that owns it; null while nobody does. */
export type OwnedBot = { id: string; team_id: number | null };

/** The bots of a reader who does not see every bot: those of teams, and single ones. */
export type VisibleBots = { teams: readonly number[]; bots: readonly string[] };

/** Admins and moderators see every bot; moderators only read (CONTRACT: credentials). */
export const seesAll = (actor: Actor): boolean => actor.kind === "user" && actor.role !== "user";

export { reaches };

const higher = (a: TeamRole | null, b: TeamRole | null): TeamRole | null => (b === null || reaches(a, b) ? a : b);

/** Returns the lower of two roles. */
export const lowerRole = (a: TeamRole, b: TeamRole): TeamRole => (reaches(b, a) ? a : b);

/**
 * The caller's role in a team. Everybody owns the personal team, whose id is the person's. A service key does what a
 * maintainer may, within its scopes, and gives nobody access.
 */
export function roleInTeam(actor: Actor, teamId: number): TeamRole | null {
  if (actor.kind !== "user") return null;
  if (actor.limits?.team !== undefined) return actor.limits.team === teamId ? "maintainer" : null;
  return actor.user_id === teamId ? "owner" : (actor.rights?.teams.get(teamId) ?? null);
}

/** Returns the caller's role on a team; null for none. Staff reach every team, as they reach every bot. */
export function roleOnTeam(user: UserActor, teamId: number): TeamRole | null {
  if (user.role === "admin") return "owner";
  return roleInTeam(user, teamId) ?? (seesAll(user) ? "viewer" : null);
}

/** The role of grants that have not ended. */
const grantedRole = (user: Pick<UserActor, "rights">, botId: string, at: number): TeamRole | null =>
  (user.rights?.bots.get(botId) ?? [])
    .filter(({ ends_at }) => ends_at === null || ends_at > at)
    .reduce<TeamRole | null>((role, grant) => higher(role, grant.role), null);

/** Returns the shared tags by which the caller reaches a bot, in alphabetical order. */
export function sharedTagsOf(actor: Actor, botId: string, at = now()): string[] {
  const grants = actor.kind === "user" ? (actor.rights?.bots.get(botId) ?? []) : [];
  const live = grants.filter(({ ends_at }) => ends_at === null || ends_at > at);
  return [...new Set(live.flatMap(({ tag }) => tag ?? []))].sort();
}

/**
 * The caller's role on a bot. A bot on which they have none answers 404 as if it did not exist (CONTRACT: rule 7). A key
 * of scope `read` never does more than see.
 */
export function roleOnBot(actor: Actor, bot: OwnedBot, at = now()): TeamRole | null {
  if (actor.kind === "bot") return actor.bot_id === bot.id ? "owner" : null;
  if (actor.kind !== "user" || !keyReaches(actor, bot.id)) return null;
  const ofServer = actor.role === "admin" ? "owner" : actor.role === "moderator" ? "viewer" : null;
  const ofTeam = bot.team_id === null ? null : roleInTeam(actor, bot.team_id);
  const role = higher(higher(ofServer, ofTeam), grantedRole(actor, bot.id, at));
  return role !== null && actor.scope === "read" ? "viewer" : role;
}

/** Returns whether the caller may see a bot and its events. */
export const canSee = (actor: Actor, bot: OwnedBot): boolean => roleOnBot(actor, bot) !== null;

/**
 * Returns whether the caller works on what a bot brings in, such as its tickets. The scope of a key does not count here: the
 * operation says which scope it needs.
 */
export const canOperate = (actor: Actor, bot: OwnedBot): boolean =>
  reaches(roleOnBot(actor.kind === "user" ? { ...actor, scope: "admin" } : actor, bot), "operator");

/** Ids of the caller's teams in which the role reaches `least`, the personal team first. */
export const teamsOf = (user: Pick<UserActor, "user_id" | "rights">, least: TeamRole = "viewer"): number[] => [
  user.user_id,
  ...[...(user.rights?.teams ?? [])].filter(([, role]) => reaches(role, least)).map(([id]) => id),
];

/** The bots that the caller reaches as a member and by grants, whatever the role on the server. */
export function reachedBots(user: Pick<UserActor, "user_id" | "rights">, at = now()): VisibleBots {
  const granted = [...(user.rights?.bots.keys() ?? [])];
  return { teams: teamsOf(user), bots: granted.filter((id) => grantedRole(user, id, at) !== null) };
}

/** The bots on which the caller is at least operator as a member and by grants, whatever the role on the server. */
export function operatedBots(user: Pick<UserActor, "user_id" | "rights">, at = now()): VisibleBots {
  const granted = [...(user.rights?.bots.keys() ?? [])];
  return {
    teams: teamsOf(user, "operator"),
    bots: granted.filter((id) => reaches(grantedRole(user, id, at), "operator")),
  };
}

/** The bots that the caller may see; undefined for every bot. */
export const visibleBots = (user: UserActor): VisibleBots | undefined =>
  seesAll(user) ? undefined : reachedBots(user);

/** Returns whether a reader's scope includes a bot. An undefined scope includes every bot. */
export const includes = (scope: VisibleBots | undefined, { id, team_id }: OwnedBot): boolean =>
  !scope || (team_id !== null && scope.teams.includes(team_id)) || scope.bots.includes(id);

/** FORBIDDEN that names the role which an action needs. */
export const needsRole = (least: TeamRole, role: TeamRole, what: "bot" | "team") =>
  new AppError("FORBIDDEN", `This needs the role "${least}" on the ${what}; you have "${role}"`);

/** Permissions a role carries, as document 003 lists them at login. */
export const permissionsOf = (role: Role): string[] =>
  role === "admin" ? ["all"] : role === "moderator" ? ["tickets", "users", "analytics"] : [];
