/** Limits and defaults of the contract that pages show before any zod is loaded. */
/** The most rows of one export. Exports are streamed, so this limits their time, not memory. */
export const EXPORT_MAX = 10_000_000;
export const DEFAULT_RETENTION = {
  logs_days: 30,
  logs_per_bot: 1_000_000,
  messages_days: 90,
  messages_per_bot: 1_000_000,
  commands_days: 90,
};

/** The most bots in one filter of logs. */
export const FILTER_BOTS_MAX = 50;

/** The longest query of logs. */
export const QUERY_MAX = 1000;

/** The most fields of the metadata that a log viewer shows as columns, and what their names may be. */
export const COLUMNS_MAX = 5;
export const COLUMN_NAME = /^[A-Za-z_][\w.-]{0,63}$/;

/** The lengths of the buckets that logs are counted in. */
export const COUNT_STEPS = ["minute", "quarter_hour", "day"] as const;

/** The most bots that a group of lines names. */
export const GROUP_BOTS_MAX = 5;
