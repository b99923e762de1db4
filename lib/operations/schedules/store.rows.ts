/** Rows of schedules and runs, and the form in which people see them. */
import { iso, isoOrNull } from "@/lib/core/clock";
import type { Row } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import type { Recurrence } from "@/lib/core/recurrence";
import type { Schedule, ScheduleInput, ScheduleRun, ScheduleTarget } from "./contract";

type Stored = Row<"schedule">;
/** Lists leave out the columns that may be large. */
export type ListedRow = Omit<Stored, "payload" | "bot_ids">;
export type RunRow = Omit<Row<"schedule_run">, "plan">;
export type TargetRow = Row<"schedule_target">;

/** Gives texts of columns the type that the contract checked when they were stored. */
const narrow = {
  state: (text: string) => text as Schedule["state"],
  offline: (text: string) => text as Schedule["offline"],
  overlap: (text: string) => text as Schedule["overlap"],
  missed: (text: string) => text as Schedule["missed"],
};

/** Every column of a ListedRow. The type check fails if one is missing. */
export const LISTED = Object.keys({
  ...{ seq: 1, id: 1, team_id: 1, created_by: 1, name: 1, cron: 1, every_minutes: 1, time_zone: 1, starts_at: 1 },
  ...{ bots: 1, filter: 1, type: 1, options: 1, offline: 1, overlap: 1, missed: 1, state: 1, reason: 1, next_at: 1 },
  ...{ failures: 1, version: 1, created_at: 1, updated_at: 1 },
} satisfies Record<keyof ListedRow, 1>) as (keyof ListedRow)[];

/** Every column of a RunRow. The type check fails if one is missing. */
export const RUN = Object.keys({
  ...{ seq: 1, id: 1, schedule_id: 1, due_at: 1, started_at: 1, ended_at: 1, trigger: 1, started_by: 1, state: 1 },
  ...{ reason: 1, bots: 1, skipped: 1, failed: 1, completed: 1, check_at: 1 },
} satisfies Record<keyof RunRow, 1>) as (keyof RunRow)[];

type Options = { priority: number; expires_in?: number; max_attempts: number; shard?: number };

/** Reads when a stored schedule is due. */
export const recurrenceOf = ({ cron, every_minutes, time_zone, starts_at }: ListedRow): Recurrence => ({
  ...{ cron, every_minutes, time_zone, starts_at },
});

/** The command of a schedule, as each of its runs sends it. */
export type Plan = {
  type: string;
  payload: Record<string, unknown>;
  options: Options;
  bot_ids: string[] | null;
  filter: Schedule["filter"];
  offline: Schedule["offline"];
  overlap: Schedule["overlap"];
};

/** Reads the command of a stored schedule. */
export const planOf = (row: Stored): Plan => ({
  ...{ type: row.type, payload: readJson(row.payload), options: readJson<Options>(row.options) },
  ...{ bot_ids: row.bot_ids === null ? null : readJson<string[]>(row.bot_ids) },
  ...{ filter: row.filter === null ? null : readJson(row.filter) },
  ...{ offline: narrow.offline(row.offline), overlap: narrow.overlap(row.overlap) },
});

/** Reads when a request makes a schedule due. `at` is the time of the request. */
export const requestedRecurrence = (
  { cron, every_minutes, time_zone, starts_at }: Pick<ScheduleInput, keyof Recurrence>,
  at: number,
): Recurrence => ({
  ...{ cron: cron ?? null, every_minutes: every_minutes ?? null, time_zone },
  starts_at: starts_at === undefined ? at : Date.parse(starts_at),
});

/** Returns the columns that a request sets. */
export function columnsOf(input: ScheduleInput, recurrence: Recurrence) {
  const { priority, expires_in, max_attempts, shard } = input;
  const ids = input.bot_ids && [...new Set(input.bot_ids)];
  return {
    ...{ name: input.name, ...recurrence },
    ...{ bot_ids: ids ? JSON.stringify(ids) : null, bots: ids?.length ?? 0 },
    filter: input.filter ? JSON.stringify(input.filter) : null,
    ...{ type: input.type, payload: JSON.stringify(input.payload) },
    options: JSON.stringify({ priority, expires_in, max_attempts, shard }),
    ...{ offline: input.offline, overlap: input.overlap, missed: input.missed },
  };
}

/** Converts a row to the schedule that people see. `recent`: its newest runs, newest first. */
export function toSchedule(
  row: ListedRow & { created_by_name: string | null },
  recent: readonly RunRow[] = [],
): Omit<Schedule, "can_manage"> {
  const runs = recent.map(toRun);
  const { priority, expires_in = null, max_attempts, shard = null } = readJson<Options>(row.options);
  return {
    ...{ schedule_id: row.id, team_id: row.team_id, name: row.name },
    ...{ created_by: row.created_by, created_by_name: row.created_by_name },
    ...{ cron: row.cron, every_minutes: row.every_minutes, time_zone: row.time_zone, starts_at: iso(row.starts_at) },
    ...{ bots: row.filter === null ? row.bots : null, filter: row.filter === null ? null : readJson(row.filter) },
    ...{ type: row.type, priority, expires_in, max_attempts, shard },
    ...{
      offline: narrow.offline(row.offline),
      overlap: narrow.overlap(row.overlap),
      missed: narrow.missed(row.missed),
    },
    ...{ state: narrow.state(row.state), reason: row.reason, next_at: isoOrNull(row.next_at), failures: row.failures },
    last_run: runs[0] ?? null,
    recent_runs: runs.map(({ run_id, due_at, state, bots, failed }) => ({ run_id, due_at, state, bots, failed })),
    ...{ version: row.version, created_at: iso(row.created_at), updated_at: iso(row.updated_at) },
  };
}

/** Converts a row to the run that people see. */
export const toRun = (row: RunRow): ScheduleRun => ({
  ...{ run_id: row.id, schedule_id: row.schedule_id, due_at: iso(row.due_at), started_at: iso(row.started_at) },
  ...{ ended_at: isoOrNull(row.ended_at), trigger: row.trigger as ScheduleRun["trigger"] },
  ...{ state: row.state as ScheduleRun["state"], reason: row.reason },
  ...{ bots: row.bots, completed: row.completed, failed: row.failed, skipped: row.skipped },
});

/** Converts a row to the target that people see. `bot_name` is null for a bot that they may not see. */
export const toTarget = (row: TargetRow, bot_name: string | null): ScheduleTarget => ({
  ...{ bot_id: row.bot_id, bot_name, state: row.state as ScheduleTarget["state"] },
  ...{ command_id: row.command_id, note: row.note },
});
