/** Constants of the contract that pages need without loading zod. */

/** The most bots that one run sends its command to. */
export const TARGETS_MAX = 1000;
/** Runs kept of each schedule. */
export const RUNS_KEPT = 50;
/** After this many failed runs in a row the people who manage the schedule are notified. */
export const FAILURES_NOTIFIED = 3;
/** How many of its newest runs a schedule shows in a list. */
export const RECENT_MAX = 20;
/** How many schedules are listed for one bot. */
export const OF_BOT_MAX = 20;
/** How many runs a preview lists. */
export const PREVIEWED = 5;
