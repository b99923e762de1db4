/** Limits of invitations to teams, which people who are not admins make too. */

/** The most open invitations to one team. */
export const TEAM_OPEN_MAX = 50;
/** The most invitations to teams that one person makes within a day. Revoked ones count, because each may have sent a mail. */
export const INVITED_A_DAY_MAX = 100;
