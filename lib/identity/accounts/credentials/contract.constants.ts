/** Limits of API keys that pages show before zod is loaded. */

/** The most bots that a key can be limited to: as many as one search of logs covers. */
export const KEY_BOTS_MAX = 50;
/** The most tags that a key can be limited to, and the most bots that it reaches by one of them. */
export const KEY_TAGS_MAX = 10;
export const KEY_TAG_BOTS_MAX = 500;
export const KEY_RANGES_MAX = 50;
/** The longest that the old secret of a rotated key works. */
export const OVERLAP_DAYS_MAX = 90;
