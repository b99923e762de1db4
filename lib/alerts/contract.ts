/**
 * Contract of alerts. Source: document 002 "Alert Summary" and "Trigger Alert"; rules, states, channels and history are our
 * own ("muster"). Levels are document 002's; severities (low, medium, high, critical) are finer: see `levelOf`.
 */
import { z } from "zod";
import { BotId, Cursor, type Operation, Success, Time, WholeNumber } from "@/lib/contract";

export const Level = z.enum(["info", "warning", "critical"]);
export type Level = z.infer<typeof Level>;
export const Severity = z.enum(["low", "medium", "high", "critical"]);
export type Severity = z.infer<typeof Severity>;
export const SEVERITY_OF: Record<Level, Severity> = { info: "low", warning: "medium", critical: "critical" };
const LEVELS: Record<Severity, Level> = { low: "info", medium: "warning", high: "warning", critical: "critical" };
export const levelOf = (severity: Severity): Level => LEVELS[severity];

const State = z.enum(["firing", "acknowledged", "snoozed", "resolved"]);
export type AlertState = z.infer<typeof State>;
/** Bots of one alert that are named; more are counted. */
export const MEMBERS_MAX = 500;

export const Alert = z
  .object({
    alert_id: z.string(),
    level: Level,
    severity: Severity,
    message: z.string(),
    state: State,
    source: z.enum(["manual", "rule", "plugin"]),
    /** Who triggered it, the rule's name, or the plugin's. */
    source_name: z.string(),
    rule_id: z.string().nullable(),
    /** Whose it is; null: the staff's. */
    owner_id: z.number().int().nullable(),
    /** How often it was said: repetitions are counted, not added. */
    count: z.number().int(),
    /** What it is about: things in all, and how many have not recovered. */
    members: z.number().int(),
    open_members: z.number().int(),
    escalated: z.number().int(),
    timestamp: Time,
    last_seen: Time,
    snoozed_until: Time.nullable(),
    /** Who acknowledged, snoozed or resolved it last; null: nobody, or it recovered. */
    handled_by: z.string().nullable(),
    resolved_at: Time.nullable(),
  })
  .meta({ id: "Alert" });
export type Alert = z.infer<typeof Alert>;

const Member = z.object({
  subject: z.string(),
  label: z.string(),
  bot_id: z.string().nullable(),
  value: z.number(),
  count: z.number().int(),
  since: Time,
  resolved_at: Time.nullable(),
});
export type Member = z.infer<typeof Member>;
const AlertEvent = z.object({
  kind: z.enum([
    "raised",
    "repeated",
    "joined",
    "recovered",
    "acknowledged",
    "snoozed",
    "woke",
    "escalated",
    "resolved",
    "reopened",
  ]),
  by: z.string().nullable(),
  detail: z.string(),
  timestamp: Time,
});
export type AlertEvent = z.infer<typeof AlertEvent>;

const Id = z.string().regex(/^[\w-]{1,64}$/, { error: "is not an id" });
const Name = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, { error: "may not hold control characters" });
const AlertParams = z.object({ alert_id: Id });
const OWN = ["UNAUTHORIZED", "FORBIDDEN"] as const;
const ONE = ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"] as const;

export const listAlerts = {
  summary: "Alerts, newest first",
  description:
    "The caller's own; of the server too for staff, and of everybody with `owner=all`. `limit` is at most 200. Resolved ones are kept for 90 days.",
  document: "muster",
  query: z.object({
    limit: WholeNumber(50, 200),
    cursor: Cursor,
    state: z.enum(["open", "firing", "acknowledged", "snoozed", "resolved", "all"]).default("all"),
    severity: Severity.optional(),
    level: Level.optional(),
    rule_id: Id.optional(),
    bot_id: BotId.optional(),
    owner: z.enum(["all"]).optional(),
  }),
  response: z.object({ alerts: z.array(Alert), count: z.number().int(), next_cursor: z.string().nullable() }),
  errors: ["INVALID_INPUT", ...OWN],
} as const satisfies Operation;
export type AlertQuery = z.output<typeof listAlerts.query>;

export const triggerAlert = {
  summary: "Trigger an alert by hand",
  description:
    "For admins. `level` as document 002 has it, or `severity`; the same message at the same severity is counted while it is not resolved.",
  document: "002 Mutations: Trigger Alert",
  body: z.object({
    level: Level.optional(),
    severity: Severity.optional(),
    message: z.string().trim().min(1).max(1000),
  }),
  response: Success.extend({ message: z.string(), alert: Alert }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "UNAVAILABLE"],
  example: { body: { level: "warning", message: "High memory usage detected" } },
} as const satisfies Operation;

const Summary = z.object({
  totalAlerts: z.number().int(),
  criticalAlerts: z.number().int(),
  warningAlerts: z.number().int(),
  infoAlerts: z.number().int(),
  recentAlerts: z.array(z.object({ level: Level, message: z.string(), timestamp: Time })),
  /** Channels that are switched on, of the alerts the caller sees. */
  subscribers: z.number().int(),
  /** Not resolved and not snoozed. */
  unresolved: z.number().int(),
});
export type AlertSummary = z.infer<typeof Summary>;
export const alertSummary = {
  summary: "Alerts in figures, and the newest ten",
  description: "Counts what is not older than 90 days, resolved or not.",
  document: "002 Queries: Alert Summary",
  response: Summary,
  errors: OWN,
} as const satisfies Operation;

export const getAlert = {
  summary: "One alert with what it is about and its history",
  description: `At most ${MEMBERS_MAX} members and the newest 200 events.`,
  document: "muster",
  params: AlertParams,
  response: z.object({ alert: Alert, members: z.array(Member), events: z.array(AlertEvent) }),
  errors: ONE,
} as const satisfies Operation;

const changed = { document: "muster", params: AlertParams, response: Success.extend({ alert: Alert }) } as const;
const Minutes = z.number().int().min(1).max(43_200);
export const acknowledgeAlert = {
  ...changed,
  summary: "Acknowledge an alert: somebody is at it",
  description: "It is not escalated any more. A resolved one is a 409.",
  errors: [...ONE, "CONFLICT"],
} as const satisfies Operation;
export const snoozeAlert = {
  ...changed,
  summary: "Snooze an alert",
  description: "It fires again when the time is over and it has not recovered. At most 30 days.",
  body: z.object({ minutes: Minutes }),
  errors: ["INVALID_INPUT", ...ONE, "CONFLICT"],
  example: { body: { minutes: 60 } },
} as const satisfies Operation;
export const resolveAlert = {
  ...changed,
  summary: "Resolve an alert by hand",
  description: "While the trouble lasts its rule says nothing of it again; after it has recovered it may fire anew.",
  errors: ONE,
} as const satisfies Operation;
export const bulkAlerts = {
  summary: "Acknowledge, snooze or resolve many alerts",
  description: "What is not the caller's, not there or already resolved is passed over.",
  document: "muster",
  body: z.object({
    ids: z.array(Id).min(1).max(200),
    action: z.enum(["acknowledge", "snooze", "resolve"]),
    minutes: Minutes.default(60),
  }),
  response: Success.extend({ changed: z.number().int() }),
  errors: ["INVALID_INPUT", ...OWN],
  example: { body: { ids: ["alert_mi9x0k2r8f3a7c"], action: "acknowledge" } },
} as const satisfies Operation;

type MetricFacts = {
  label: string;
  unit: "seconds" | "count" | "percent";
  /** What one reading is about. Those of the server are for global rules. */
  per: "bot" | "owner" | "server";
  /** Counted over a span of time. */
  windowed?: true;
  min: number;
  max: number;
  usual: number;
  /** Whether what is stored can tell when a rule would have fired. */
  replay: boolean;
};
/** What rules can watch. A reading is in trouble at the rule's threshold and above. */
export const METRICS = {
  bot_offline: { label: "Bot offline", unit: "seconds", per: "bot", min: 5, max: 604_800, usual: 300, replay: true },
  error_logs: {
    label: "Error logs",
    unit: "count",
    per: "bot",
    windowed: true,
    min: 1,
    max: 100_000,
    usual: 10,
    replay: true,
  },
  queue_age: {
    label: "Oldest waiting command",
    unit: "seconds",
    per: "bot",
    min: 5,
    max: 604_800,
    usual: 300,
    replay: true,
  },
  failed_commands: {
    label: "Failed commands",
    unit: "count",
    per: "bot",
    windowed: true,
    min: 1,
    max: 100_000,
    usual: 5,
    replay: true,
  },
  failed_transfers: {
    label: "Failed transfers",
    unit: "count",
    per: "owner",
    windowed: true,
    min: 1,
    max: 10_000,
    usual: 1,
    replay: false,
  },
  disk: { label: "Disk in use", unit: "percent", per: "server", min: 1, max: 100, usual: 90, replay: false },
  memory: { label: "Memory in use", unit: "percent", per: "server", min: 1, max: 100, usual: 90, replay: false },
  cpu: { label: "Processor in use", unit: "percent", per: "server", min: 1, max: 100, usual: 90, replay: false },
} as const satisfies Record<string, MetricFacts>;
export const Metric = z.enum(Object.keys(METRICS) as [keyof typeof METRICS, ...(keyof typeof METRICS)[]]);
export type Metric = z.infer<typeof Metric>;
export const metricFacts = (metric: Metric): MetricFacts => METRICS[metric];

export const RULES_MAX = 50;
export const CHANNELS_MAX = 20;
const Ids = z.array(Id).max(CHANNELS_MAX).default([]);

/** A rule as it is sent. Who may say "all" is decided by the service. */
const RuleShape = z.strictObject({
  name: Name,
  enabled: z.boolean().default(true),
  metric: Metric,
  threshold: z.number(),
  /** For what is counted: over how many seconds back. */
  window_s: z.number().int().min(10).max(86_400).default(300),
  /** It must last this long. */
  for_s: z.number().int().min(0).max(86_400).default(0),
  /** Recovered only below this; the threshold itself when left out. */
  recover_below: z.number().optional(),
  severity: Severity.default("medium"),
  /** all: every bot and the server (admins); own: the caller's bots; selected: those named. */
  scope: z.enum(["all", "own", "selected"]).default("own"),
  bot_ids: z.array(BotId).max(200).default([]),
  /** Not acknowledged within it: the severity rises by one, and the channels are told again. */
  escalate_after_m: z.number().int().min(1).max(10_080).optional(),
  /** Channels beside the inbox; none named: all of the rule's owner. */
  channels: Ids,
  /** Channels that hear of it only when it is escalated. */
  escalation_channels: Ids,
});
export const RuleInput = RuleShape.superRefine((rule, context) => {
  const complain = (field: string, message: string) => context.addIssue({ code: "custom", path: [field], message });
  const { min, max, per } = metricFacts(rule.metric);
  if (!(rule.threshold >= min && rule.threshold <= max)) complain("threshold", `must be ${min} to ${max}`);
  if (rule.recover_below !== undefined && !(rule.recover_below > 0 && rule.recover_below <= rule.threshold))
    complain("recover_below", "must be above 0 and not above the threshold");
  if (per === "server" && rule.scope !== "all") complain("scope", 'must be "all": this is of the server itself');
  if (rule.scope === "selected" && rule.bot_ids.length === 0) complain("bot_ids", "must name at least one bot");
  if (rule.scope === "selected" && per !== "bot") complain("scope", "must be all or own: this is not of bots");
});
export type RuleInput = z.output<typeof RuleShape>;

export const AlertRule = RuleShape.extend({
  rule_id: z.string(),
  owner_id: z.number().int(),
  /** Alerts of it that are not resolved. */
  open_alerts: z.number().int(),
  created_at: Time,
  updated_at: Time,
}).meta({ id: "AlertRule" });
export type AlertRule = z.infer<typeof AlertRule>;

const RuleParams = z.object({ rule_id: Id });
const RULE_EXAMPLE = { name: "Bots that are gone", metric: "bot_offline", threshold: 300, severity: "high" };
export const listRules = {
  summary: "Alert rules: the caller's own, and the server's for staff",
  document: "muster",
  response: z.object({ rules: z.array(AlertRule), count: z.number().int() }),
  errors: OWN,
} as const satisfies Operation;
export const createRule = {
  summary: "Make an alert rule",
  description: `At most ${RULES_MAX} a person. Watched from the next look on (every 5 seconds).`,
  document: "muster",
  body: RuleInput,
  response: Success.extend({ rule: AlertRule }),
  errors: ["INVALID_INPUT", ...ONE, "CONFLICT"],
  example: { body: RULE_EXAMPLE },
} as const satisfies Operation;
export const updateRule = {
  summary: "Replace an alert rule",
  description: "Its open alerts stay until they recover by the new rule; switched off, they are resolved.",
  document: "muster",
  params: RuleParams,
  body: RuleInput,
  response: Success.extend({ rule: AlertRule }),
  errors: ["INVALID_INPUT", ...ONE],
  example: { body: RULE_EXAMPLE },
} as const satisfies Operation;
export const deleteRule = {
  summary: "Remove an alert rule and resolve its alerts",
  document: "muster",
  params: RuleParams,
  response: Success,
  errors: ONE,
} as const satisfies Operation;

const Firing = z.object({
  at: Time,
  /** Null: it would be firing now. */
  until: Time.nullable(),
  count: z.number().int(),
  /** The first ten. */
  labels: z.array(z.string()),
});
export type Firing = z.infer<typeof Firing>;
export const dryRunRule = {
  summary: "When would this rule have fired in the last 24 hours?",
  description:
    "Computed from stored status changes, logs and commands; nothing is kept. `known` is false for what is not recorded (disk, memory, processor, transfers). Looks at the newest 100,000 rows; `complete` tells whether they reach back 24 hours.",
  document: "muster",
  body: RuleInput,
  response: z.object({
    known: z.boolean(),
    complete: z.boolean(),
    from: Time,
    to: Time,
    /** Alerts in all; the newest 100 are listed, oldest first. */
    total: z.number().int(),
    firings: z.array(Firing),
  }),
  errors: ["INVALID_INPUT", ...ONE],
  example: { body: RULE_EXAMPLE },
} as const satisfies Operation;
export type DryRun = z.infer<typeof dryRunRule.response>;

export const ChannelKind = z.enum(["email", "webhook", "discord", "slack", "telegram"]);
export type ChannelKind = z.infer<typeof ChannelKind>;
export const AlertChannel = z
  .object({
    channel_id: z.string(),
    kind: ChannelKind,
    name: z.string(),
    /** Where it goes, without what is secret in it. */
    hint: z.string(),
    /** True: for the server's alerts (admins). */
    global: z.boolean(),
    min_severity: Severity,
    enabled: z.boolean(),
    last_status: z.enum(["queued", "sent", "failed", "dropped"]).nullable(),
    last_error: z.string().nullable(),
    last_sent_at: Time.nullable(),
    created_at: Time,
  })
  .meta({ id: "AlertChannel" });
export type AlertChannel = z.infer<typeof AlertChannel>;

const Common = {
  name: Name,
  global: z.boolean().default(false),
  min_severity: Severity.default("low"),
};
const Url = z.url({ protocol: /^https?$/, error: "must be an http or https address" }).max(2000);
export const ChannelInput = z.discriminatedUnion("kind", [
  z.strictObject({ ...Common, kind: z.literal("email"), address: z.email().max(254) }),
  z.strictObject({ ...Common, kind: z.literal("webhook"), url: Url }),
  z.strictObject({ ...Common, kind: z.literal("discord"), url: Url }),
  z.strictObject({ ...Common, kind: z.literal("slack"), url: Url }),
  z.strictObject({
    ...Common,
    kind: z.literal("telegram"),
    bot_token: z.string().regex(/^\d{1,20}:[\w-]{20,100}$/, { error: "must be a bot token of Telegram: 123456:ABC…" }),
    chat_id: z.string().regex(/^(-?\d{1,20}|@\w{1,64})$/, { error: "must be a chat's id, or @channelname" }),
  }),
]);
export type ChannelInput = z.output<typeof ChannelInput>;

const ChannelParams = z.object({ channel_id: Id });
export const listChannels = {
  summary: "Where alerts are sent beside the inbox",
  document: "muster",
  response: z.object({ channels: z.array(AlertChannel), count: z.number().int() }),
  errors: OWN,
} as const satisfies Operation;
export const createChannel = {
  summary: "Have alerts sent to a mailbox, a webhook or a chat",
  description: `At most ${CHANNELS_MAX} a person. Webhooks are signed by Standard Webhooks; their secret is in this answer and never again. Mail goes to the caller's own address; admins may name any. \`global\` channels are admins'.`,
  document: "muster",
  body: ChannelInput,
  response: Success.extend({ channel: AlertChannel, secret: z.string().optional() }),
  errors: ["INVALID_INPUT", ...OWN, "CONFLICT"],
  example: { body: { kind: "webhook", name: "Pager", url: "https://pager.example.org/alerts" } },
} as const satisfies Operation;
export const updateChannel = {
  summary: "Rename a channel, switch it on or off, or change from which severity on it is told",
  document: "muster",
  params: ChannelParams,
  body: z.strictObject({
    name: Common.name.optional(),
    enabled: z.boolean().optional(),
    min_severity: Severity.optional(),
  }),
  response: Success.extend({ channel: AlertChannel }),
  errors: ["INVALID_INPUT", ...ONE],
  example: { body: { enabled: false } },
} as const satisfies Operation;
export const deleteChannel = {
  summary: "Remove a channel and what waits for it",
  document: "muster",
  params: ChannelParams,
  response: Success,
  errors: ONE,
} as const satisfies Operation;
export const testChannel = {
  summary: "Send a test message now and tell what came of it",
  document: "muster",
  params: ChannelParams,
  response: z.object({ success: z.boolean(), message: z.string() }),
  errors: ONE,
} as const satisfies Operation;
const AlertDelivery = z.object({
  delivery_id: z.string(),
  alert_id: z.string().nullable(),
  status: z.enum(["queued", "sent", "failed", "dropped"]),
  attempts: z.number().int(),
  error: z.string().nullable(),
  created_at: Time,
  finished_at: Time.nullable(),
});
export type AlertDelivery = z.infer<typeof AlertDelivery>;
export const listDeliveries = {
  summary: "The newest 50 messages to a channel and what became of them",
  description: "Kept for 7 days.",
  document: "muster",
  params: ChannelParams,
  response: z.object({ deliveries: z.array(AlertDelivery), count: z.number().int() }),
  errors: ONE,
} as const satisfies Operation;

/** Facts of this room. */
export type AlertEvents = {
  "alert.raised": { alert: Alert };
  /** Its state, its severity or what it is about changed. */
  "alert.changed": { alert: Alert; change: AlertEvent["kind"] };
  /** A plugin asks for an alert of its own name. */
  "alert.wanted": { plugin: string; severity: Severity; message: string };
  /** Rules were made, changed or removed: whoever looks after them reads them anew. */
  "alert.rules": { owner_id: number };
};

/** Socket.IO: an alert the reader may see was raised or changed (our own). */
export const ALERT_EVENT = "alert_update";
