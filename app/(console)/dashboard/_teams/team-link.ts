/** Returns the address of a team's page. */
export const teamHref = (teamId: number): string => `/dashboard/teams/${teamId}`;
