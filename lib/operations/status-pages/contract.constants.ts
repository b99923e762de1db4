/** Constants of the contract that pages need without loading zod. */

/** The most lines of one page, and the most bots that all of them together show. */
export const COMPONENTS_MAX = 50;
export const BOTS_SHOWN_MAX = 300;
/** The most incidents of one page, and the most updates of one incident. */
export const INCIDENTS_MAX = 200;
export const UPDATES_MAX = 50;
/** Days of uptime that a page shows, and days back to which it lists outages and incidents. */
export const UPTIME_DAYS = 30;
export const HISTORY_DAYS = 14;
/** The least share of uptime that is shown as good, and as fair. */
export const UPTIME_GOOD = 0.99;
export const UPTIME_FAIR = 0.95;
/** The most outages that a page lists. */
export const OUTAGES_MAX = 50;

/** Public: everybody may read it. Link: only with the secret in its address. Off: nobody but the team. */
export const VISIBILITIES = ["off", "link", "public"] as const;
/** Minor: parts are affected. Major: the page says that there is an outage. */
export const IMPACTS = ["minor", "major"] as const;
export const INCIDENT_STATES = ["investigating", "identified", "monitoring", "resolved"] as const;
export const COMPONENT_STATES = ["operational", "degraded", "outage", "maintenance", "unknown"] as const;
