/** Constants of the contract that pages need without loading zod. */

/** The most bots that one window names. */
export const BOTS_MAX = 100;
/** The longest window, in minutes: a week for one that repeats, 31 days for a single one. */
export const DURATION_MAX = 7 * 1440;
export const SINGLE_MAX = 31 * 1440;
/** Windows that ended this many days ago are deleted. */
export const KEPT_DAYS = 90;
