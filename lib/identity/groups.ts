/** Maps groups at a sign-in provider, or in a directory, to roles here: pure functions of the settings. */
import type { Role } from "@/lib/core/actor";
import { reaches, type TeamRole } from "@/lib/core/contract.roles";
import type { SsoSettings } from "@/lib/core/env.sso";

type GroupSettings = Pick<SsoSettings, "ADMIN_GROUPS" | "MODERATOR_GROUPS" | "ALLOWED_GROUPS" | "TEAM_GROUPS">;

/**
 * Maps groups to a role on the server.
 *
 * @returns undefined where no groups decide it; "refused" for people in none of the groups that may sign in
 */
export function roleByGroups(settings: GroupSettings, groups: readonly string[]): Role | "refused" | undefined {
  const { ADMIN_GROUPS, MODERATOR_GROUPS, ALLOWED_GROUPS } = settings;
  const isIn = (names: string[]) => names.some((name) => groups.includes(name));
  if (ADMIN_GROUPS.length + MODERATOR_GROUPS.length + ALLOWED_GROUPS.length === 0) return undefined;
  if (isIn(ADMIN_GROUPS)) return "admin";
  if (isIn(MODERATOR_GROUPS)) return "moderator";
  if (ALLOWED_GROUPS.length > 0 && !isIn(ALLOWED_GROUPS)) return "refused";
  // Where groups say only who may sign in, roles stay as an admin gave them.
  return ADMIN_GROUPS.length + MODERATOR_GROUPS.length > 0 ? "user" : undefined;
}

/** Maps groups to roles in teams: the highest one for each team. */
export function teamsByGroups({ TEAM_GROUPS }: GroupSettings, groups: readonly string[]): Map<number, TeamRole> {
  const roles = new Map<number, TeamRole>();
  for (const { group, team_id, role } of TEAM_GROUPS)
    if (groups.includes(group) && !reaches(roles.get(team_id) ?? null, role)) roles.set(team_id, role);
  return roles;
}

/** Returns whether groups matter at all; the directory is not asked for them otherwise. */
export const usesGroups = (settings: GroupSettings): boolean =>
  [settings.ADMIN_GROUPS, settings.MODERATOR_GROUPS, settings.ALLOWED_GROUPS, settings.TEAM_GROUPS].some(
    ({ length }) => length > 0,
  );
