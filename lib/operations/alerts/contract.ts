/**
 * Contract of alerts. Source: document 002 "Alert Summary" and "Trigger Alert"; rules, states, channels and history are our
 * own ("muster"). Levels are document 002's; severities (low, medium, high, critical) are finer: see `levelOf`.
 * Rules: contract.rules.ts; where alerts are sent: contract.channels.ts.
 */
import { z } from "zod";
import { BotId, Cursor, Name, type Operation, Success, Time, WholeNumber } from "@/lib/core/contract";
import { TeamId } from "@/lib/identity/teams/contract";
import { BULK_MAX, LEVELS, SEVERITIES } from "./contract.constants";

export const Level = z.enum(LEVELS);
export type Level = z.infer<typeof Level>;
export const Severity = z.enum(SEVERITIES);
export type Severity = z.infer<typeof Severity>;
export const RANK: Record<Severity, number> = { low: 0, medium: 1, high: 2, critical: 3 };
export const SEVERITY_OF: Record<Level, Severity> = { info: "low", warning: "medium", critical: "critical" };
const LEVEL_OF: Record<Severity, Level> = { low: "info", medium: "warning", high: "warning", critical: "critical" };
export const levelOf = (severity: Severity): Level => LEVEL_OF[severity];

const State = z.enum(["firing", "acknowledged", "snoozed", "resolved"]);
export type AlertState = z.infer<typeof State>;
/** The most bots that one alert lists by name; further ones are only counted. */
export const MEMBERS_MAX = 500;

/** The team in a reply. The id of a personal team is that of its person. */
export const OwningTeam = z
  .number()
  .int()
  .nullable()
  .meta({ description: "The team that owns it, or the id of the person; null when it belongs to the server." });
export const Alert = z
  .object({
    alert_id: z.string(),
    level: Level,
    severity: Severity,
    message: z.string(),
    state: State,
    source: z.enum(["manual", "rule", "plugin"]),
    source_name: z.string().meta({ description: "The name of the person, rule or plugin that triggered it." }),
    rule_id: z.string().nullable(),
    owner_id: z.number().int().nullable().meta({
      description:
        "The owner's id; for a team's alert, that of the team's first owner; null for an alert of the staff.",
    }),
    team_id: OwningTeam,
    count: z.number().int().meta({ description: "How often it was said: repetitions are counted, not added." }),
    members: z
      .number()
      .int()
      .meta({ description: "The number of affected things, and of those that have not recovered." }),
    open_members: z.number().int(),
    escalated: z.number().int(),
    timestamp: Time,
    last_seen: Time,
    snoozed_until: Time.nullable(),
    handled_by: z.string().nullable().meta({
      description: "The person who last acknowledged, snoozed or resolved it; null if no person did, or it recovered.",
    }),
    resolved_at: Time.nullable(),
    link: z.string().nullable().meta({
      description:
        "A path in the console that shows what was counted: the log explorer with the query and the time of a rule of log lines. Null for other alerts.",
    }),
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
    "flapping",
    "calmed",
  ]),
  by: z.string().nullable(),
  detail: z.string(),
  timestamp: Time,
});
export type AlertEvent = z.infer<typeof AlertEvent>;

export const Id = z.string().regex(/^[\w-]{1,64}$/, { error: "is not an id" });
export const AlertName = Name(100).regex(/^[^\p{Cc}\p{Cs}]+$/u, { error: "may not hold control characters" });
const AlertParams = z.object({ alert_id: Id });
export const OWN = ["UNAUTHORIZED", "FORBIDDEN"] as const;
export const ONE = ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"] as const;

export const listAlerts = {
  id: "listAlerts",
  method: "GET",
  path: "/api/alerts",
  summary: "List alerts, newest first",
  description:
    "Lists your own alerts and those of your teams; for staff also those of the server, and with `owner=all` those of all users. `team_id` lists those of one team. `limit` is at most 200. Resolved alerts are kept for 90 days.",
  document: "muster",
  query: z.object({
    limit: WholeNumber(50, 200),
    cursor: Cursor,
    state: z.enum(["open", "firing", "acknowledged", "snoozed", "resolved", "all"]).default("all"),
    severity: Severity.optional(),
    level: Level.optional(),
    rule_id: Id.optional(),
    bot_id: BotId.optional(),
    team_id: TeamId.optional().meta({ type: "integer", description: "only alerts of this team" }),
    owner: z.enum(["all"]).optional(),
    sort: z.enum(["newest", "severity"]).default("newest").meta({ description: "severity: the most severe first" }),
  }),
  response: z.object({ alerts: z.array(Alert), count: z.number().int(), next_cursor: z.string().nullable() }),
  errors: ["INVALID_INPUT", ...OWN],
} as const satisfies Operation;
export type AlertQuery = z.output<typeof listAlerts.query>;

export const triggerAlert = {
  id: "triggerAlert",
  method: "POST",
  path: "/api/alerts",
  summary: "Trigger an alert by hand",
  description:
    "For admins. Set `level` (document 002) or `severity`. Repeating the same message with the same severity increments the count of the unresolved alert.",
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
  subscribers: z.number().int().meta({ description: "Channels that are switched on, of the alerts the caller sees." }),
  unresolved: z.number().int().meta({ description: "Not resolved and not snoozed." }),
  severities: z.record(Severity, z.number().int()).meta({ description: "The alerts by severity." }),
});
export type AlertSummary = z.infer<typeof Summary>;
export const getAlertSummary = {
  id: "getAlertSummary",
  method: "GET",
  path: "/api/alerts/summary",
  summary: "Get alert counts and the newest ten alerts",
  description: "Counts open and resolved alerts of the last 90 days.",
  document: "002 Queries: Alert Summary",
  response: Summary,
  errors: OWN,
} as const satisfies Operation;

export const getAlert = {
  id: "getAlert",
  method: "GET",
  path: "/api/alerts/{alert_id}",
  summary: "Get an alert with its subject and history",
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
  id: "acknowledgeAlert",
  method: "POST",
  path: "/api/alerts/{alert_id}/acknowledge",
  summary: "Acknowledge an alert",
  description:
    "Stops its escalation. 409 when it is resolved already. Changing an alert of a team needs the role operator in the team.",
  errors: [...ONE, "CONFLICT"],
} as const satisfies Operation;
export const snoozeAlert = {
  ...changed,
  id: "snoozeAlert",
  method: "POST",
  path: "/api/alerts/{alert_id}/snooze",
  summary: "Snooze an alert",
  description: "It fires again if it has not recovered when the time is over. At most 30 days.",
  body: z.object({ minutes: Minutes }),
  errors: ["INVALID_INPUT", ...ONE, "CONFLICT"],
  example: { body: { minutes: 60 } },
} as const satisfies Operation;
export const resolveAlert = {
  ...changed,
  id: "resolveAlert",
  method: "POST",
  path: "/api/alerts/{alert_id}/resolve",
  summary: "Resolve an alert by hand",
  description: "Its rule stays silent until the subject recovers; after that it can fire again.",
  errors: ONE,
} as const satisfies Operation;
export const changeAlerts = {
  id: "changeAlerts",
  method: "POST",
  path: "/api/alerts/bulk",
  summary: "Acknowledge, snooze or resolve many alerts",
  description: "Skips alerts that do not exist, are not yours or are already resolved.",
  document: "muster",
  body: z.object({
    ids: z.array(Id).min(1).max(BULK_MAX),
    action: z.enum(["acknowledge", "snooze", "resolve"]),
    minutes: Minutes.default(60),
  }),
  response: Success.extend({ changed: z.number().int() }),
  errors: ["INVALID_INPUT", ...OWN],
  example: { body: { ids: ["alert_mi9x0k2r8f3a7c"], action: "acknowledge" } },
} as const satisfies Operation;

/** Facts that this room announces after a commit; lib/edge/realtime decides which sockets receive them. */
declare module "@/lib/core/bus" {
  interface Facts {
    "alert.raised": { alert: Alert };
    /** The alert's state, severity or subject changed. */
    "alert.changed": { alert: Alert; change: AlertEvent["kind"] };
    /** Rules were created, changed or deleted: the process that evaluates rules has to read them again. */
    "alert.rules": { team_id: number };
  }
}

/** Socket.IO: an alert the reader may see was raised or changed (our own). */
export const ALERT_EVENT = "alert_update";
