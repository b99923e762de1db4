import type { ScheduleDraft } from "./schedule-draft";
import { NEW_WHEN } from "./when";

type Example = { id: string; label: string; draft: Partial<ScheduleDraft> };

/** Schedules that an empty list offers as a start. Each fills in the form, where everything can be changed. */
export const EXAMPLES: readonly Example[] = [
  {
    id: "restart",
    label: "Restart every night",
    draft: {
      ...{ name: "Nightly restart", command: { type: "restart", payload: "{}" }, offline: "skip" },
      when: { ...NEW_WHEN, kind: "daily", time: "04:00" },
    },
  },
  {
    id: "ping",
    label: "Ping every 15 minutes",
    draft: {
      ...{ name: "Ping", command: { type: "ping", payload: "{}" }, offline: "skip" },
      when: { ...NEW_WHEN, kind: "minutes", minutes: "15" },
    },
  },
  {
    id: "reload",
    label: "Reload on weekday mornings",
    draft: {
      ...{ name: "Morning reload", command: { type: "reload", payload: "{}" } },
      when: { ...NEW_WHEN, kind: "weekdays", time: "08:00" },
    },
  },
];
