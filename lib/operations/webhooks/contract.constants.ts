/** Limits of webhooks that pages show before zod is loaded. */

/** Webhooks of one team, or of the whole server. */
export const WEBHOOKS_MAX = 20;
/** Hours for which the old secret signs too after a rotation. */
export const OVERLAP_HOURS_MAX = 168;
/** Deliveries that may wait for one webhook, and that one replay may queue. */
export const QUEUE_MAX = 10_000;
/** A webhook that has failed for this many days is disabled. */
export const DISABLE_AFTER_DAYS = 3;
/** Test events in an hour for each webhook. */
export const TESTS_MAX = 6;
