/** Limits of webhooks, for pages that do not load zod. */

/** The most hours for which the old secret signs too after a rotation. */
export const OVERLAP_HOURS_MAX = 168;
/** The most deliveries that wait for one webhook, and that one replay queues. */
export const QUEUE_MAX = 10_000;
/** A webhook that has failed for this many days is disabled. */
export const DISABLE_AFTER_DAYS = 3;
/** The most test events of one webhook in an hour. */
export const TESTS_MAX = 6;
/** The most characters of an answer that the log keeps. */
export const REPLY_MAX = 500;
