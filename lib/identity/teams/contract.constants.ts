/** Limits of teams, for pages that show them before zod is loaded. */
import { TEAM_ROLES } from "@/lib/core/contract.roles";

/** The event by which a person's sockets learn that the person may see more or fewer bots than before. */
export const ACCESS_EVENT = "access_changed";

/** Ids of teams with a row begin here; smaller ids are those of personal teams, which are the ids of their persons. */
export const FIRST_TEAM = 1_000_000_000;
/** The most teams of one person, members of one team, and grants of one bot. */
export const TEAMS_MAX = 50;
export const MEMBERS_MAX = 500;
export const GRANTS_MAX = 100;
/** The most bots that are shared with one person or team. */
export const SHARED_MAX = 200;
/** The most grants of tags that one team gives, tags that are shared with one person or team, and bots of a shared tag. */
export const TAG_GRANTS_MAX = 100;
export const SHARED_TAGS_MAX = 10;
export const TAG_BOTS_MAX = 500;
/** Roles that a grant can give: owning a bot is not shared, it is transferred. */
export const GRANT_ROLES = TEAM_ROLES.slice(0, 3) as ["viewer", "operator", "maintainer"];
