/** Decides who may see and change the rules and channels of a person, of a team, and of the server. */
import type { Scope, UserActor } from "@/lib/core/actor";
import { noteTeam } from "@/lib/core/acts";
import type { TeamRole } from "@/lib/core/contract.roles";
import { AppError } from "@/lib/core/errors";
import { needsRole, reaches, roleOnTeam, seesAll, teamsOf } from "@/lib/identity/access";
import { noTeam } from "@/lib/identity/teams";
import { FIRST_TEAM } from "@/lib/identity/teams/contract.constants";

/** The owner of a rule or a channel. `team_id` of the server's names the admin who created it. */
export type Owner = { team_id: number; isGlobal: boolean };
/** The owners whose rules or channels a list holds. */
export type Owners = { teams: readonly number[]; withGlobal: boolean };

/** Staff reach every team with members, but not what a person keeps alone. */
function roleOnOwner(user: UserActor, { team_id, isGlobal }: Owner): TeamRole | null {
  if (isGlobal) return user.role === "admin" ? "owner" : seesAll(user) ? "viewer" : null;
  if (team_id < FIRST_TEAM) return team_id === user.user_id ? "owner" : null;
  return roleOnTeam(user, team_id);
}

/**
 * Demands that the caller may see what `owner` owns, or change it if `scope` is not "read".
 *
 * @param missing  the error for a caller who may not even see it
 * @param what     plural, for the error
 * @throws `missing`; FORBIDDEN the role in the team is below maintainer, or it is the server's and the caller is no admin
 */
export function demandOwned(
  user: UserActor,
  owner: Owner,
  { scope, missing, what }: { scope: Scope; missing: AppError; what: "rules" | "channels" },
): void {
  const role = roleOnOwner(user, owner);
  if (role === null) throw missing;
  if (!owner.isGlobal) noteTeam(owner.team_id);
  if (scope === "read" || reaches(role, "maintainer")) return;
  throw owner.isGlobal
    ? new AppError("FORBIDDEN", `Only an admin may change the server's ${what}`)
    : needsRole("maintainer", role, "team");
}

/**
 * Returns the owners of a list: one team, or all teams of the caller and, for staff, the server.
 *
 * @throws NOT_FOUND a team in which the caller has no role
 */
export function listedOwners(user: UserActor, teamId: number | undefined): Owners {
  if (teamId === undefined) return { teams: teamsOf(user), withGlobal: seesAll(user) };
  if (roleOnOwner(user, { team_id: teamId, isGlobal: false }) === null) throw noTeam(teamId);
  return { teams: [teamId], withGlobal: false };
}
