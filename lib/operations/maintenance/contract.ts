/** Contract of maintenance windows: times in which bots raise no alerts. All our own ("muster"; docs/decisions/036). */
import { z } from "zod";
import {
  BotId,
  Cursor,
  EditedVersion,
  Name,
  NameOrEmpty,
  type Operation,
  Success,
  Time,
  TimeInput,
  Version,
  WholeNumber,
} from "@/lib/core/contract";
import { RecurrenceFields } from "@/lib/core/contract.recurrence";
import { TagName } from "@/lib/core/contract.tags";
import { AccountId, TeamId } from "@/lib/identity/teams/contract";
import { BOTS_MAX, DURATION_MAX, KEPT_DAYS, SINGLE_MAX } from "./contract.constants";

const Occurrence = z.object({ starts_at: Time, ends_at: Time }).meta({ id: "MaintenanceTime" });

export const MaintenanceWindow = z
  .object({
    window_id: z.string(),
    team_id: z.number().int().nullable().meta({ description: "null: it covers the bots of every team" }),
    created_by: z.number().int().nullable(),
    name: z.string(),
    note: z.string(),
    bots: z.array(z.string()).nullable().meta({ description: "the only bots it covers; null: all bots of the team" }),
    tag: z.string().nullable().meta({ description: "it covers only bots that have this tag at the time" }),
    starts_at: Time.nullable().meta({ description: "Of a single window; null with `cron`." }),
    ends_at: Time.nullable(),
    cron: z.string().nullable(),
    time_zone: z.string(),
    duration_minutes: z.number().int().nullable().meta({ description: "With `cron`: how long each time lasts." }),
    pause_schedules: z.boolean(),
    state: z.enum(["active", "upcoming", "ended"]),
    next: Occurrence.nullable().meta({
      description: "The time that it is in, or the next one; null when it has ended.",
    }),
    can_manage: z.boolean().meta({ description: "Whether you may change it." }),
    version: Version,
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: "MaintenanceWindow" });
export type MaintenanceWindow = z.infer<typeof MaintenanceWindow>;

/** A window as anybody sees it who may see a bot. */
export const BotMaintenance = z
  .object({
    window_id: z.string(),
    name: z.string(),
    note: z.string(),
    state: z.enum(["active", "upcoming"]),
    starts_at: Time,
    ends_at: Time,
    pause_schedules: z.boolean(),
  })
  .meta({ id: "BotMaintenance" });
export type BotMaintenance = z.infer<typeof BotMaintenance>;

const distinct = (ids: string[]) => [...new Set(ids)];
const WindowFields = z.object({
  name: Name(80).meta({ example: "Move to the new host" }),
  note: NameOrEmpty(500).default("").meta({ description: "Shown to people who see the bots." }),
  bots: z.array(BotId).min(1).max(BOTS_MAX).overwrite(distinct).nullable().default(null),
  tag: TagName.nullable().default(null).meta({ description: "only bots with this tag; with `bots` both apply" }),
  starts_at: RecurrenceFields.starts_at.meta({ description: "Of a single window. Default: the time of the request." }),
  ends_at: TimeInput.optional().meta({ description: "Of a single window." }),
  cron: RecurrenceFields.cron,
  time_zone: RecurrenceFields.time_zone,
  duration_minutes: z.number().int().min(1).max(DURATION_MAX).optional(),
  pause_schedules: z.boolean().default(true).meta({ description: "Whether schedules leave out these bots meanwhile." }),
});
export type WindowInput = z.output<typeof WindowFields>;

/** Tests that a request names one kind of time: an end, or a cron expression with a duration. */
const hasOneTime = ({ cron, duration_minutes, starts_at, ends_at }: Partial<WindowInput>): boolean =>
  cron === undefined
    ? ends_at !== undefined && duration_minutes === undefined
    : duration_minutes !== undefined && starts_at === undefined && ends_at === undefined;
const TIME_RULE = {
  error: "send either ends_at (and starts_at), or cron with duration_minutes",
  path: ["ends_at"],
};

const WindowParams = z.object({ window_id: z.string().min(1).max(64) });
const OURS = { document: "muster" } as const;
const READ = ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"] as const;
const CHANGE = [...READ, "CONFLICT"] as const;

export const listMaintenanceWindows = {
  ...OURS,
  id: "listMaintenanceWindows",
  method: "GET",
  path: "/api/maintenance-windows",
  summary: "List maintenance windows, newest first",
  description: "Those of your teams; staff see all.",
  query: z.object({
    limit: WholeNumber(50, 100),
    cursor: Cursor,
    team_id: TeamId.optional().meta({ type: "integer", description: "only windows of this team" }),
  }),
  response: z.object({
    windows: z.array(MaintenanceWindow),
    count: z.number().int(),
    next_cursor: z.string().nullable(),
  }),
  errors: READ,
} as const satisfies Operation;

export const createMaintenanceWindow = {
  ...OURS,
  id: "createMaintenanceWindow",
  method: "POST",
  path: "/api/maintenance-windows",
  summary: "Create a maintenance window",
  description: `While it lasts, no rule raises an alert for its bots, and schedules leave them out unless \`pause_schedules\` is false. What still holds when it ends raises its alert then. Alerts that were raised before it go on. It lasts at most ${SINGLE_MAX / 1440} days, or ${DURATION_MAX / 1440} when it repeats. Maintainers of the team create them; one for the bots of every team is an admin's. Windows are deleted ${KEPT_DAYS} days after their end.`,
  body: WindowFields.extend({
    team_id: AccountId.nullable().optional().meta({
      description: "absent: your personal team; null: the bots of every team (admins)",
    }),
  }).refine(hasOneTime, TIME_RULE),
  response: Success.extend({ window: MaintenanceWindow }),
  errors: CHANGE,
} as const satisfies Operation;

export const getMaintenanceWindow = {
  ...OURS,
  id: "getMaintenanceWindow",
  method: "GET",
  path: "/api/maintenance-windows/{window_id}",
  summary: "Get a maintenance window",
  params: WindowParams,
  response: z.object({ window: MaintenanceWindow }),
  etag: "window.version",
  errors: READ,
} as const satisfies Operation;

export const updateMaintenanceWindow = {
  ...OURS,
  id: "updateMaintenanceWindow",
  method: "PUT",
  path: "/api/maintenance-windows/{window_id}",
  summary: "Replace a maintenance window",
  description: "The team stays. A window that has ended begins again when its new times lie ahead.",
  params: WindowParams,
  body: WindowFields.extend({ version: EditedVersion }).refine(hasOneTime, TIME_RULE),
  update: "closed",
  response: Success.extend({ window: MaintenanceWindow }),
  etag: "window.version",
  errors: CHANGE,
} as const satisfies Operation;

export const endMaintenanceWindow = {
  ...OURS,
  id: "endMaintenanceWindow",
  method: "POST",
  path: "/api/maintenance-windows/{window_id}/end",
  summary: "End a maintenance window now",
  description: "One that repeats is active again at its next time.",
  params: WindowParams,
  response: Success.extend({ window: MaintenanceWindow }),
  errors: CHANGE,
} as const satisfies Operation;

export const deleteMaintenanceWindow = {
  ...OURS,
  id: "deleteMaintenanceWindow",
  method: "DELETE",
  path: "/api/maintenance-windows/{window_id}",
  summary: "Delete a maintenance window",
  description: "If it is active, alerts of its bots are raised again from now on.",
  params: WindowParams,
  response: Success,
  errors: READ,
} as const satisfies Operation;

export const listBotMaintenance = {
  ...OURS,
  id: "listBotMaintenance",
  method: "GET",
  path: "/api/bot/{bot_id}/maintenance",
  summary: "List the maintenance windows that cover a bot",
  description: "Active ones first, then upcoming ones by their beginning. For everybody who may see the bot.",
  params: z.object({ bot_id: BotId }),
  response: z.object({ windows: z.array(BotMaintenance) }),
  errors: READ,
} as const satisfies Operation;

declare module "@/lib/core/bus" {
  interface Facts {
    /** A maintenance window was created, changed or deleted. */
    "maintenance.changed": Record<string, never>;
  }
}
