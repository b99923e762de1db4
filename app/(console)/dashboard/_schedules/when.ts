/** When a schedule runs: as choices of a form, as a cron expression, and in words. */
import { countText } from "@/lib/core/format/units";

/** The choices of the form. All fields are text, because they may be half typed; each choice uses some of them. */
export type WhenDraft = {
  kind: "minutes" | "hourly" | "daily" | "weekdays" | "weekly" | "monthly" | "cron";
  minutes: string;
  /** The minute of every hour. */
  minute: string;
  /** The time of day, "02:30". */
  time: string;
  /** 0 is Sunday. */
  weekday: string;
  day: string;
  cron: string;
};
type Repeating = { cron: string | null; every_minutes: number | null };

export const NEW_WHEN: WhenDraft = {
  ...{ kind: "daily", minutes: "15", minute: "0", time: "02:30", weekday: "1", day: "1", cron: "30 2 * * 1-5" },
};

export const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;

const TIME = /^(\d{1,2}):(\d{2})$/;

/** Returns what the server is sent; undefined while a field that the choice needs is empty. */
export function recurrenceOf(draft: WhenDraft): { cron: string } | { every_minutes: number } | undefined {
  if (draft.kind === "minutes") {
    const every_minutes = Number(draft.minutes);
    return Number.isInteger(every_minutes) && every_minutes > 0 ? { every_minutes } : undefined;
  }
  if (draft.kind === "cron") return draft.cron.trim() === "" ? undefined : { cron: draft.cron.trim() };
  if (draft.kind === "hourly") return /^\d{1,2}$/.test(draft.minute) ? { cron: `${draft.minute} * * * *` } : undefined;
  const [, hour, minute] = TIME.exec(draft.time) ?? [];
  if (hour === undefined) return undefined;
  const at = `${Number(minute)} ${Number(hour)}`;
  if (draft.kind === "daily") return { cron: `${at} * * *` };
  if (draft.kind === "weekdays") return { cron: `${at} * * 1-5` };
  if (draft.kind === "weekly") return { cron: `${at} * * ${draft.weekday}` };
  return /^\d{1,2}$/.test(draft.day) ? { cron: `${at} ${draft.day} * *` } : undefined;
}

const CRON = /^(\d{1,2}) (\*|\d{1,2}) (\*|\d{1,2}) \* (\*|1-5|[0-6])$/;

/** Reads a stored recurrence as choices of the form. An expression that fits no choice is shown as it is. */
export function whenOf({ cron, every_minutes }: Repeating): WhenDraft {
  if (every_minutes !== null) return { ...NEW_WHEN, kind: "minutes", minutes: String(every_minutes) };
  const text = cron ?? "";
  const own: WhenDraft = { ...NEW_WHEN, kind: "cron", cron: text };
  const [, minute, hour, day, weekday] = CRON.exec(text) ?? [];
  if (minute === undefined || hour === undefined || day === undefined || weekday === undefined) return own;
  if (hour === "*") return day === "*" && weekday === "*" ? { ...own, kind: "hourly", minute } : own;
  const timed = { ...own, time: `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}` };
  if (day !== "*") return weekday === "*" ? { ...timed, kind: "monthly", day } : own;
  if (weekday === "*") return { ...timed, kind: "daily" };
  return weekday === "1-5" ? { ...timed, kind: "weekdays" } : { ...timed, kind: "weekly", weekday };
}

/** Says when a schedule runs: "Every day at 02:30", or its expression if that cannot be said shortly. */
export function whenText(repeating: Repeating): string {
  const when = whenOf(repeating);
  switch (when.kind) {
    case "minutes":
      return everyText(Number(when.minutes));
    case "hourly":
      return when.minute === "0" ? "Every hour" : `Every hour at minute ${when.minute}`;
    case "daily":
      return `Every day at ${when.time}`;
    case "weekdays":
      return `Monday to Friday at ${when.time}`;
    case "weekly":
      return `Every ${WEEKDAYS[Number(when.weekday)]} at ${when.time}`;
    case "monthly":
      return `Day ${when.day} of every month at ${when.time}`;
    case "cron":
      return when.cron;
  }
}

function everyText(minutes: number): string {
  const [count, unit] =
    minutes % 1440 === 0 ? [minutes / 1440, "day"] : minutes % 60 === 0 ? [minutes / 60, "hour"] : [minutes, "minute"];
  return count === 1 ? `Every ${unit}` : `Every ${countText(count, unit)}`;
}
