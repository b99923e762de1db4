/** The form of a maintenance window: its fields as text, and what the server is sent. */
import { spanText } from "@/lib/core/format/units";
import type { MaintenanceWindow } from "@/lib/operations/maintenance/contract";
import type { NewWindow, WindowChange } from "@/lib/operations/maintenance/queries";
import { NEW_WHEN, recurrenceOf, type WhenDraft, whenOf } from "../_schedules/when";
import type { BotsScope } from "../_shared/bots-scope";

const MINUTE_MS = 60_000;
/** The lengths that the form offers, in minutes. */
const LENGTHS = [15, 30, 60, 120, 240, 480, 1440, 4320, 10_080];

export type WindowDraft = {
  name: string;
  note: string;
  scope: BotsScope;
  isRepeating: boolean;
  /** The beginning of a single window, as a field for date and time writes it; "" begins it when it is saved. */
  starts: string;
  minutes: number;
  when: WhenDraft;
  time_zone: string;
  pause_schedules: boolean;
};

export const newDraft = (time_zone: string): WindowDraft => ({
  ...{ name: "", note: "", scope: { bots: null, tag: null }, isRepeating: false, starts: "", minutes: 60 },
  ...{ when: NEW_WHEN, time_zone, pause_schedules: true },
});

/** Writes a time as a field for date and time does, in the time zone of the browser. */
const localText = (time: string): string => {
  const at = new Date(time);
  return new Date(at.getTime() - at.getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, 16);
};

/** The fields of a stored window that a change replaces. */
export function inputOf(window: MaintenanceWindow): WindowChange {
  const { name, note, bots, tag, starts_at, ends_at, cron, time_zone, duration_minutes, pause_schedules } = window;
  return {
    ...{ name, note, bots, tag, time_zone, pause_schedules },
    ...(cron === null
      ? { starts_at: starts_at ?? undefined, ends_at: ends_at ?? undefined }
      : { cron, duration_minutes: duration_minutes ?? undefined }),
  };
}

export function draftOf(input: WindowChange): WindowDraft {
  const { name, note = "", bots = null, tag = null, starts_at, ends_at, cron, pause_schedules = true } = input;
  const length = starts_at && ends_at ? (Date.parse(ends_at) - Date.parse(starts_at)) / MINUTE_MS : undefined;
  return {
    ...{ name, note, scope: { bots, tag }, isRepeating: cron !== undefined, pause_schedules },
    starts: starts_at ? localText(starts_at) : "",
    minutes: input.duration_minutes ?? Math.max(1, Math.round(length ?? 60)),
    when: cron === undefined ? NEW_WHEN : whenOf({ cron, every_minutes: null }),
    time_zone: input.time_zone ?? "UTC",
  };
}

/** Returns what the server is sent, or the field that is missing. @param at the present, in epoch ms */
export function bodyOf(draft: WindowDraft, at: number): NewWindow | { field: string; message: string } {
  const { name, note, scope, isRepeating, starts, minutes, when, time_zone, pause_schedules } = draft;
  if (name.trim() === "") return { field: "name", message: "Enter a name." };
  if (scope.bots?.length === 0) return { field: "bots", message: "Choose at least one bot." };
  if (scope.tag?.trim() === "") return { field: "tag", message: "Enter a tag." };
  const common = { name, note, ...scope, time_zone, pause_schedules };
  if (isRepeating) {
    const recurrence = recurrenceOf(when);
    if (!recurrence || !("cron" in recurrence)) return { field: "cron", message: "Fill in when it repeats." };
    return { ...common, cron: recurrence.cron, duration_minutes: minutes };
  }
  const begins = starts === "" ? at : Date.parse(starts);
  if (!Number.isFinite(begins)) return { field: "starts_at", message: "Enter a date and a time." };
  return {
    ...common,
    ...(starts !== "" && { starts_at: new Date(begins).toISOString() }),
    ends_at: new Date(begins + minutes * MINUTE_MS).toISOString(),
  };
}

/** The lengths to choose from, with the present one among them. */
export const lengthsWith = (minutes: number): [number, string][] =>
  [...new Set([...LENGTHS, minutes])].sort((one, other) => one - other).map((one) => [one, spanText(one * 60)]);

export const WINDOW_LABELS: Record<string, string> = {
  ...{ name: "Name", note: "Note", bots: "Bots", tag: "Tag", starts_at: "Begins", ends_at: "Ends" },
  ...{ cron: "Cron expression", time_zone: "Time zone", duration_minutes: "Lasts (minutes)" },
  pause_schedules: "Leave out by schedules",
};
