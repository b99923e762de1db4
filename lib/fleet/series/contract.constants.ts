/** Limits and names of series that pages show before zod is loaded. */

/** The most names that a bot may report numbers under. */
export const METRIC_NAMES_MAX = 32;
/** A reported name: a letter, then letters, digits, `_` or `.`, at most 32 characters. */
export const METRIC_NAME_PATTERN = /^[A-Za-z][A-Za-z0-9_.]{0,31}$/;
/** Reported numbers are listed among the series under this prefix and their name. */
export const METRIC_PREFIX = "metric.";
/** The most buckets of one answer. */
export const BUCKETS_MAX = 1500;

/** The steps, finest first. */
export const STEP_NAMES = ["minute", "quarter_hour", "day"] as const;

/** Counts of a bucket, by the letter that a stored sample has for each. */
export const COUNTS = {
  "logs.debug": "d",
  "logs.info": "i",
  "logs.warning": "w",
  "logs.error": "e",
  "logs.critical": "c",
  "logs.other": "o",
  messages: "m",
  "commands.queued": "q",
  "commands.completed": "s",
  "commands.failed": "f",
  "commands.cancelled": "x",
  "commands.expired": "p",
  "commands.undeliverable": "u",
} as const;

/** Waiting times of commands that ended in a bucket, by the letter before the bucket of the duration. */
export const LATENCIES = { "latency.delivered": "A", "latency.done": "B" } as const;

export const ONLINE = "online";
