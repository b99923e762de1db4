/** Limits of API keys that pages show before zod is loaded. */

/** The most bots that a key can be limited to: as many as one search of logs covers. */
export const KEY_BOTS_MAX = 50;
export const KEY_RANGES_MAX = 50;
/** The longest that the old secret of a rotated key works. */
export const OVERLAP_DAYS_MAX = 90;
