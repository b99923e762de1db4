/** Contract of schedules: commands that are sent again and again. All our own ("muster"; docs/decisions/032-schedules.md). */
import { z } from "zod";
import { AnyObject, BotId, EditedVersion, Name, type Operation, Success, Time, Version } from "@/lib/core/contract";
import { hasOneRecurrence, RECURRENCE_RULE, RecurrenceFields } from "@/lib/core/contract.recurrence";
import { CommandType, DispatchOptions, Payload } from "@/lib/fleet/commands/contract";
import { ChosenBots } from "@/lib/fleet/commands/contract.many";
import { AccountId, listQuery, TeamId } from "@/lib/identity/teams/contract";
import { FAILURES_NOTIFIED, OF_BOT_MAX, PREVIEWED, RECENT_MAX, RUNS_KEPT, TARGETS_MAX } from "./contract.constants";

const { priority, expires_in, max_attempts, shard } = DispatchOptions.shape;
const Dispatch = { priority, expires_in, max_attempts, shard };

const Offline = z.enum(["queue", "skip"]).meta({
  description:
    "`queue`: the command waits for a bot that is offline, until it expires. `skip`: that bot is left out of the run.",
});
const Overlap = z.enum(["skip", "send"]).meta({
  description:
    "`skip`: a bot that has not settled the command of an earlier run is left out. `send`: it gets another command.",
});
const Missed = z.enum(["run", "skip"]).meta({
  description:
    "For times that passed while the server was down: `run` makes up for them by one run, `skip` waits for the next time.",
});
const ScheduleState = z.enum(["active", "paused", "stopped"]).meta({
  description: "`stopped`: it could not run any more, for the reason in `reason`. Resuming it starts it again.",
});
const RunTrigger = z.enum(["due", "missed", "manual"]);
const RunState = z.enum(["sending", "open", "done", "skipped"]).meta({
  description:
    "`sending`: commands are being queued. `open`: some are not settled yet. `done`: all are. `skipped`: none was sent.",
});
const TargetState = z.enum(["waiting", "queued", "skipped", "refused", "completed", "failed"]);

/** One run of a schedule. The counts are of bots. */
export const ScheduleRun = z
  .object({
    run_id: z.string(),
    schedule_id: z.string(),
    due_at: Time,
    started_at: Time,
    ended_at: Time.nullable(),
    trigger: RunTrigger,
    state: RunState,
    reason: z.string().nullable().meta({ description: "Why it sent nothing." }),
    bots: z.number().int(),
    completed: z.number().int(),
    failed: z.number().int().meta({ description: "The command failed, or was refused before it was queued." }),
    skipped: z.number().int(),
  })
  .meta({ id: "ScheduleRun" });
export type ScheduleRun = z.infer<typeof ScheduleRun>;

export const ScheduleTarget = z
  .object({
    bot_id: z.string(),
    bot_name: z.string().nullable(),
    state: TargetState,
    command_id: z.string().nullable(),
    note: z.string().nullable().meta({ description: "Why it was skipped or refused, or how it failed." }),
  })
  .meta({ id: "ScheduleTarget" });
export type ScheduleTarget = z.infer<typeof ScheduleTarget>;

/** A run as a mark in the row of its schedule. */
const RecentRun = ScheduleRun.pick({ run_id: true, due_at: true, state: true, bots: true, failed: true }).meta({
  id: "RecentRun",
});

/** A schedule in a list. The payload and the ids of chosen bots come with the single schedule. */
export const Schedule = z
  .object({
    schedule_id: z.string(),
    team_id: z.number().int().meta({ description: "It runs with the rights of this team, or of this person." }),
    created_by: z.number().int().nullable(),
    created_by_name: z.string().nullable(),
    name: z.string(),
    cron: z.string().nullable(),
    every_minutes: z.number().int().nullable(),
    time_zone: z.string(),
    starts_at: Time,
    bots: z.number().int().nullable().meta({ description: "How many bots are chosen; null for a filter." }),
    filter: ChosenBots.nullable(),
    type: z.string(),
    ...{ priority: z.number().int(), expires_in: z.number().int().nullable(), max_attempts: z.number().int() },
    shard: z.number().int().nullable(),
    ...{ offline: Offline, overlap: Overlap, missed: Missed },
    state: ScheduleState,
    reason: z.string().nullable().meta({ description: "Why it was stopped." }),
    next_at: Time.nullable(),
    failures: z.number().int().meta({ description: "How many of its newest runs failed in a row." }),
    last_run: ScheduleRun.nullable(),
    recent_runs: z.array(RecentRun).meta({ description: `Its newest ${RECENT_MAX} runs, newest first.` }),
    can_manage: z.boolean().meta({ description: "Whether you may change and run it." }),
    version: Version,
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: "Schedule" });
export type Schedule = z.infer<typeof Schedule>;

export const ScheduleDetail = Schedule.extend({
  bot_ids: z.array(z.string()).nullable(),
  payload: AnyObject,
  next_runs: z.array(Time).meta({ description: `The next ${PREVIEWED} times; none unless it is active.` }),
}).meta({ id: "ScheduleDetail" });
export type ScheduleDetail = z.infer<typeof ScheduleDetail>;

const ScheduleFields = z.object({
  name: Name(80).meta({ example: "Nightly restart" }),
  ...RecurrenceFields,
  bot_ids: z.array(BotId).min(1).max(TARGETS_MAX).optional(),
  filter: ChosenBots.optional().meta({
    description: "Bots that match when it runs; at most the first ones that fit into a run.",
  }),
  type: CommandType,
  payload: Payload.default({}),
  ...Dispatch,
  offline: Offline.default("queue"),
  overlap: Overlap.default("skip"),
  missed: Missed.default("skip"),
});
export type ScheduleInput = z.output<typeof ScheduleFields>;

const hasOneTarget = ({ bot_ids, filter }: { bot_ids?: unknown; filter?: unknown }) =>
  Boolean(bot_ids) !== Boolean(filter);
const TARGET_RULE = { error: "send either bot_ids or filter", path: ["bot_ids"] };

const ScheduleParams = z.object({ schedule_id: z.string().max(64) });
const RunParams = ScheduleParams.extend({ run_id: z.string().max(64) });
const next_cursor = z.string().nullable();
const READ = ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"] as const;
const CHANGE = [...READ, "CONFLICT"] as const;
const OURS = { document: "muster" } as const;
const List = listQuery(/^\d{1,16}$/);

export const listSchedules = {
  ...OURS,
  id: "listSchedules",
  method: "GET",
  path: "/api/schedules",
  summary: "List schedules, newest first",
  description: "Your own schedules and those of your teams; staff also see those of others.",
  query: z.object({
    ...List,
    team_id: TeamId.optional(),
    state: ScheduleState.optional(),
    search: z.string().trim().max(80).optional().meta({ description: "part of the name" }),
    bot_id: BotId.optional().meta({
      description: `Only active schedules that would send this bot a command, the next one first: at most ${OF_BOT_MAX}, without further pages.`,
    }),
  }),
  response: z.object({ schedules: z.array(Schedule), count: z.number().int(), next_cursor }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

export const createSchedule = {
  ...OURS,
  id: "createSchedule",
  method: "POST",
  path: "/api/schedules",
  summary: "Create a schedule",
  description: `Sends a command by a cron expression or every so many minutes. A schedule of a team is managed by its maintainers and reaches the bots that the team owns. Without \`team_id\` it is yours alone, and each run has the rights that you have then. A run reaches at most ${TARGETS_MAX} bots; ${RUNS_KEPT} runs of each are kept. After ${FAILURES_NOTIFIED} failed runs in a row whoever manages it is notified.`,
  body: ScheduleFields.extend({ team_id: AccountId.optional() })
    .refine(hasOneRecurrence, RECURRENCE_RULE)
    .refine(hasOneTarget, TARGET_RULE),
  response: Success.extend({ schedule: ScheduleDetail }),
  errors: CHANGE,
} as const satisfies Operation;

export const previewSchedule = {
  ...OURS,
  id: "previewSchedule",
  method: "POST",
  path: "/api/schedules/preview",
  summary: "Show when a schedule would run",
  description: "The next times after now, as the server would run them. Stores nothing.",
  body: z.object(RecurrenceFields).refine(hasOneRecurrence, RECURRENCE_RULE),
  response: z.object({ next_runs: z.array(Time) }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

export const getSchedule = {
  ...OURS,
  id: "getSchedule",
  method: "GET",
  path: "/api/schedules/{schedule_id}",
  summary: "Get a schedule",
  params: ScheduleParams,
  response: z.object({ schedule: ScheduleDetail }),
  etag: "schedule.version",
  errors: READ,
} as const satisfies Operation;

export const updateSchedule = {
  ...OURS,
  id: "updateSchedule",
  method: "PUT",
  path: "/api/schedules/{schedule_id}",
  summary: "Replace a schedule",
  description: "The team stays. A run that has begun sends the command as it was.",
  params: ScheduleParams,
  body: ScheduleFields.extend({ version: EditedVersion })
    .refine(hasOneRecurrence, RECURRENCE_RULE)
    .refine(hasOneTarget, TARGET_RULE),
  update: "closed",
  response: Success.extend({ schedule: ScheduleDetail }),
  etag: "schedule.version",
  errors: CHANGE,
} as const satisfies Operation;

export const deleteSchedule = {
  ...OURS,
  id: "deleteSchedule",
  method: "DELETE",
  path: "/api/schedules/{schedule_id}",
  summary: "Delete a schedule and its history",
  description: "Commands that are queued already stay queued.",
  params: ScheduleParams,
  response: Success,
  errors: READ,
} as const satisfies Operation;

export const pauseSchedule = {
  ...OURS,
  id: "pauseSchedule",
  method: "POST",
  path: "/api/schedules/{schedule_id}/pause",
  summary: "Pause a schedule",
  params: ScheduleParams,
  response: Success.extend({ schedule: ScheduleDetail }),
  errors: CHANGE,
} as const satisfies Operation;

export const resumeSchedule = {
  ...pauseSchedule,
  id: "resumeSchedule",
  method: "POST",
  path: "/api/schedules/{schedule_id}/resume",
  summary: "Resume a paused or stopped schedule",
} as const satisfies Operation;

export const runSchedule = {
  ...OURS,
  id: "runSchedule",
  method: "POST",
  path: "/api/schedules/{schedule_id}/run",
  summary: "Run a schedule now",
  description: "With the same rights as a run by the clock. The times of the schedule stay as they are.",
  params: ScheduleParams,
  response: Success.extend({ run: ScheduleRun }),
  errors: CHANGE,
} as const satisfies Operation;

export const listScheduleRuns = {
  ...OURS,
  id: "listScheduleRuns",
  method: "GET",
  path: "/api/schedules/{schedule_id}/runs",
  summary: "List the runs of a schedule, newest first",
  params: ScheduleParams,
  query: z.object(List),
  response: z.object({ runs: z.array(ScheduleRun), count: z.number().int(), next_cursor }),
  errors: READ,
} as const satisfies Operation;

export const getScheduleRun = {
  ...OURS,
  id: "getScheduleRun",
  method: "GET",
  path: "/api/schedules/{schedule_id}/runs/{run_id}",
  summary: "Get a run with the outcome on each bot",
  description: "Bots that you may not see are left out.",
  params: RunParams,
  response: z.object({ run: ScheduleRun, targets: z.array(ScheduleTarget) }),
  errors: READ,
} as const satisfies Operation;
