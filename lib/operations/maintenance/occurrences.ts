/** Computes when a maintenance window holds. Nothing is stored when one begins or ends, so no job can miss it. */
import { nextAfter } from "@/lib/core/recurrence";
import type { WindowRow } from "./store.rows";

/** One time of a window, in epoch ms. */
export type Occurrence = { starts_at: number; ends_at: number };
type Times = Pick<WindowRow, "starts_at" | "ends_at" | "cron" | "time_zone" | "duration_minutes" | "ended_at">;

const MINUTE_MS = 60_000;

/**
 * Returns the time that a window is in at `at`, or its next one; null when there is none. Times that began before `ended_at`
 * are over, because a person ended the window then.
 */
export function occurrenceAt(window: Times, at: number): Occurrence | null {
  const { cron, time_zone, ended_at } = window;
  if (cron === null) {
    const [starts_at, ends_at] = [window.starts_at!, window.ends_at!];
    const isOver = ends_at <= at || (ended_at !== null && starts_at <= ended_at);
    return isOver ? null : { starts_at, ends_at };
  }
  const length = window.duration_minutes! * MINUTE_MS;
  const after = Math.max(at - length, ended_at ?? 0);
  const starts_at = nextAfter({ cron, every_minutes: null, time_zone, starts_at: 0 }, after);
  return starts_at === null ? null : { starts_at, ends_at: starts_at + length };
}

export const isActive = (occurrence: Occurrence | null, at: number): occurrence is Occurrence =>
  occurrence !== null && occurrence.starts_at <= at && at < occurrence.ends_at;
