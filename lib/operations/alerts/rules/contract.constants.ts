/** The metrics that rules can watch, without schemas: pages write rules as sentences before zod is loaded. */

type MetricFacts = {
  label: string;
  unit: "seconds" | "count" | "percent";
  /** The kind of subject that one reading is about. Only global rules may read the server. */
  per: "bot" | "owner" | "server";
  /** True when events are counted within a span of time. */
  windowed?: true;
  min: number;
  max: number;
  usual: number;
  /** The part of the metric's data that a dry run cannot read. */
  unseen?: string;
};
const OF_SERVER = {
  unit: "percent",
  per: "server",
  min: 1,
  max: 100,
  usual: 90,
  unseen: "Of the past one reading a minute is kept.",
} as const;
/** The metrics that rules can watch. A rule fires when a reading is at its threshold or above. */
export const METRICS = {
  bot_offline: { label: "Bot offline", unit: "seconds", per: "bot", min: 5, max: 604_800, usual: 300 },
  error_logs: {
    label: "Error logs",
    unit: "count",
    per: "bot",
    windowed: true,
    min: 1,
    max: 100_000,
    usual: 10,
  },
  log_match: {
    label: "Log lines of a query",
    unit: "count",
    per: "bot",
    windowed: true,
    min: 1,
    max: 10_000,
    usual: 5,
    unseen: "Of the past the newest 20,000 matching lines are read.",
  },
  queue_age: {
    label: "Oldest waiting command",
    unit: "seconds",
    per: "bot",
    min: 5,
    max: 604_800,
    usual: 300,
  },
  failed_commands: {
    label: "Command failures",
    unit: "count",
    per: "bot",
    windowed: true,
    min: 1,
    max: 100_000,
    usual: 5,
  },
  failed_transfers: {
    label: "Failed transfers",
    unit: "count",
    per: "owner",
    windowed: true,
    min: 1,
    max: 10_000,
    usual: 1,
    unseen: "Transfers that were tried again or removed since are not seen.",
  },
  disk: { label: "Disk in use", ...OF_SERVER },
  memory: { label: "Memory in use", ...OF_SERVER },
  cpu: { label: "Processor in use", ...OF_SERVER },
} as const satisfies Record<string, MetricFacts>;

/** The most rules of the metric log_match that a person or a team has: each tests every stored line of its bots. */
export const LOG_RULES_MAX = 10;

export const metricFacts = (metric: keyof typeof METRICS): MetricFacts => METRICS[metric];
/** The most channels that one rule names for a step. */
export const RULE_CHANNELS_MAX = 20;
