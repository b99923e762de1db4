/** Roles in a team, and on a bot, from the least rights to the most. Safe for browsers, and without zod. */
export const TEAM_ROLES = ["viewer", "operator", "maintainer", "owner"] as const;
export type TeamRole = (typeof TEAM_ROLES)[number];
