/** The form of a schedule edits a draft, which is converted to a request and back. */
import { writeJson } from "@/lib/core/format/json";
import type { NewCommand } from "@/lib/fleet/commands/queries";
import type { ScheduleDetail } from "@/lib/operations/schedules/contract";
import type { NewSchedule, ScheduleChange } from "@/lib/operations/schedules/queries";
import { type DispatchDraft, dispatchOf } from "../_composer/dispatch";
import type { Draft } from "../_composer/history";
import { NEW_WHEN, recurrenceOf, type WhenDraft, whenOf } from "./when";

type Filter = NonNullable<ScheduleChange["filter"]>;
type Policies = Required<Pick<ScheduleChange, "offline" | "overlap" | "missed">>;

export type ScheduleDraft = Policies & {
  name: string;
  /** The team that owns a new schedule; undefined for the reader. */
  team_id: number | undefined;
  when: WhenDraft;
  time_zone: string;
  target: "filter" | "selected";
  filter: Filter;
  bot_ids: string[];
  command: Draft;
  dispatch: DispatchDraft;
  shard: number | undefined;
};

export const newDraft = (time_zone: string): ScheduleDraft => ({
  ...{ name: "", team_id: undefined, when: NEW_WHEN, time_zone, target: "filter", filter: {}, bot_ids: [] },
  ...{ command: { type: "", payload: "{}" }, dispatch: dispatchOf({}), shard: undefined },
  ...{ offline: "queue", overlap: "skip", missed: "skip" },
});

/** Converts a stored schedule to the request that saves it unchanged. */
export function inputOf(schedule: ScheduleDetail): ScheduleChange {
  const { name, time_zone, type, payload, priority, max_attempts, offline, overlap, missed } = schedule;
  return {
    ...{ name, time_zone, type, payload, priority, max_attempts, offline, overlap, missed },
    ...{ cron: schedule.cron ?? undefined, every_minutes: schedule.every_minutes ?? undefined },
    ...{ bot_ids: schedule.bot_ids ?? undefined, filter: schedule.filter ?? undefined },
    ...{ expires_in: schedule.expires_in ?? undefined, shard: schedule.shard ?? undefined },
  };
}

/** Converts a request to what the form shows of it. */
export function draftOf(input: ScheduleChange): ScheduleDraft {
  const { name, cron = null, every_minutes = null, time_zone = "UTC", filter, bot_ids, type, payload = {} } = input;
  const { offline = "queue", overlap = "skip", missed = "skip", shard } = input;
  return {
    ...{ name, team_id: undefined, time_zone, shard, offline, overlap, missed },
    when: whenOf({ cron, every_minutes }),
    target: bot_ids ? "selected" : "filter",
    ...{ filter: filter ?? {}, bot_ids: bot_ids ?? [] },
    command: { type, payload: writeJson(payload, 2) },
    dispatch: dispatchOf(input),
  };
}

/** A field of the form that the person still has to fill in. */
type Missing = { field: "name" | "when" | "bot_ids"; message: string };

/** Converts the form to a request, or says which field is missing. `command`: what the command's own form holds. */
export function bodyOf(draft: ScheduleDraft, command: NewCommand): NewSchedule | Missing {
  const { team_id, time_zone, offline, overlap, missed, shard } = draft;
  const name = draft.name.trim();
  if (name === "") return { field: "name", message: "Enter a name." };
  const recurrence = recurrenceOf(draft.when);
  if (!recurrence) return { field: "when", message: "Say when it runs." };
  if (draft.target === "selected" && draft.bot_ids.length === 0)
    return { field: "bot_ids", message: "Choose at least one bot." };
  const { type, payload, priority, expires_in, max_attempts } = command;
  return {
    ...{ name, team_id, ...recurrence, time_zone, offline, overlap, missed, shard },
    ...(draft.target === "selected" ? { bot_ids: draft.bot_ids } : { filter: draft.filter }),
    ...{ type, payload, priority, expires_in, max_attempts },
  };
}

/** Returns whether `bodyOf` found a missing field. */
export const isMissing = (body: NewSchedule | Missing): body is Missing => "message" in body;

/** Labels of a schedule's fields, for the dialog that compares two edits. */
export const SCHEDULE_LABELS: Record<string, string> = {
  ...{ name: "Name", cron: "Cron expression", every_minutes: "Every (minutes)", time_zone: "Time zone" },
  ...{ bot_ids: "Bots", filter: "Bots that match", type: "Command type", payload: "Payload" },
  ...{ priority: "Priority", expires_in: "Expires in (s)", max_attempts: "Give up after (attempts)", shard: "Shard" },
  ...{ offline: "If a bot is offline", overlap: "If a bot is still busy", missed: "If the server was down" },
};
