/** Rows of maintenance windows, and the form in which people see them. */
import { iso, isoOrNull } from "@/lib/core/clock";
import type { Row } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import type { BotMaintenance, MaintenanceWindow, WindowInput } from "./contract";
import { isActive, type Occurrence, occurrenceAt } from "./occurrences";

export type WindowRow = Row<"maintenance_window">;
export type WindowColumns = Omit<
  WindowRow,
  "seq" | "id" | "team_id" | "created_by" | "version" | "created_at" | "updated_at"
>;

export const botsOf = ({ bots }: Pick<WindowRow, "bots">): string[] | null =>
  bots === null ? null : readJson<string[]>(bots);

/** The columns of a window as it was requested at `at`. The contract has checked that it names one kind of time. */
export function columnsOf(input: WindowInput, at: number): WindowColumns {
  const { name, note, bots, tag, cron = null, time_zone, duration_minutes = null, pause_schedules } = input;
  const isSingle = cron === null;
  return {
    ...{ name, note, tag, cron, time_zone, duration_minutes, ended_at: null },
    bots: bots && JSON.stringify(bots),
    starts_at: isSingle ? (input.starts_at === undefined ? at : Date.parse(input.starts_at)) : null,
    ends_at: isSingle ? Date.parse(input.ends_at!) : null,
    pause_schedules: Number(pause_schedules),
  };
}

const shownTime = ({ starts_at, ends_at }: Occurrence) => ({ starts_at: iso(starts_at), ends_at: iso(ends_at) });

/** Shows a window as it stands at `at`. */
export function toWindow(row: WindowRow, at: number, can_manage: boolean): MaintenanceWindow {
  const { id, team_id, created_by, name, note, tag, cron, time_zone, duration_minutes, version } = row;
  const next = occurrenceAt(row, at);
  return {
    ...{ window_id: id, team_id, created_by, name, note, bots: botsOf(row), tag },
    ...{ starts_at: isoOrNull(row.starts_at), ends_at: isoOrNull(row.ends_at), cron, time_zone, duration_minutes },
    pause_schedules: row.pause_schedules === 1,
    state: next === null ? "ended" : isActive(next, at) ? "active" : "upcoming",
    next: next && shownTime(next),
    ...{ can_manage, version, created_at: iso(row.created_at), updated_at: iso(row.updated_at) },
  };
}

/** Shows a time of a window to those who see one of its bots. */
export const toBotMaintenance = (row: WindowRow, time: Occurrence, at: number): BotMaintenance => ({
  ...{ window_id: row.id, name: row.name, note: row.note, state: isActive(time, at) ? "active" : "upcoming" },
  ...{ ...shownTime(time), pause_schedules: row.pause_schedules === 1 },
});
