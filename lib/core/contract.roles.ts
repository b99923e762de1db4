/** Roles in a team, and on a bot, from the least rights to the most. Safe for browsers, and without zod. */
export const TEAM_ROLES = ["viewer", "operator", "maintainer", "owner"] as const;
export type TeamRole = (typeof TEAM_ROLES)[number];

const rankOf = (role: TeamRole | null | undefined): number => (role ? TEAM_ROLES.indexOf(role) : -1);

/** Returns whether a role has at least the rights of another one. No role has fewer rights than every role. */
export const reaches = (role: TeamRole | null | undefined, least: TeamRole): boolean => rankOf(role) >= rankOf(least);
