import { TEAM_ROLES, type TeamRole } from "@/lib/core/contract.roles";
import { GRANT_ROLES } from "@/lib/identity/teams/contract.constants";

/** The rights of a role on one bot; each has those above it too. */
const ON_BOTS = {
  viewer: "sees the bot, its logs and its commands",
  operator: "also sends commands",
  maintainer: "also changes settings, tokens and schedules",
} as const;

/** The rights of a role in a team; each has those above it too. */
const IN_TEAM: Record<TeamRole, string> = {
  viewer: "sees the team's bots",
  operator: "also sends commands",
  maintainer: "also changes settings, tokens and schedules",
  owner: "also changes members, deletes and transfers",
};

const nameOf = (role: TeamRole): string => role.charAt(0).toUpperCase() + role.slice(1);

/** Options of a choice of roles: the value and its label, the lowest role first. */
export const TEAM_ROLE_OPTIONS = TEAM_ROLES.map((role) => [role, `${nameOf(role)}: ${IN_TEAM[role]}`] as const);
export const GRANT_ROLE_OPTIONS = GRANT_ROLES.map((role) => [role, `${nameOf(role)}: ${ON_BOTS[role]}`] as const);

/** Returns the article before a role: "an owner", "a viewer". */
export const articleOf = (role: string): string => (/^[aeiou]/.test(role) ? "an" : "a");
