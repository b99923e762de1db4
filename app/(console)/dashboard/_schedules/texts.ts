/** How schedules and runs are worded. */
import type { Tone } from "@/app/_ui/badge";
import { countText } from "@/lib/core/format/units";
import type { Schedule, ScheduleRun, ScheduleTarget } from "@/lib/operations/schedules/contract";

type Filter = NonNullable<Schedule["filter"]>;
type Glance = Pick<ScheduleRun, "state" | "bots" | "failed">;

/** Says which bots a schedule is for: "3 bots", "Online bots tagged eu". */
export function targetText({ bots, filter }: Pick<Schedule, "bots" | "filter">): string {
  if (filter === null) return countText(bots ?? 0, "bot");
  const { status, tag, platform, version, host, search, team_id } = filter;
  const limits = [
    tag === undefined ? null : `tagged ${tag.split(",").join(" and ")}`,
    platform === undefined ? null : `on ${platform}`,
    version === undefined ? null : `of version ${version}`,
    host === undefined ? null : `on host ${host}`,
    search === undefined ? null : `whose name contains “${search}”`,
    team_id === undefined ? null : `of team ${team_id}`,
  ].filter((limit) => limit !== null);
  const noun =
    status === undefined
      ? limits.length === 0
        ? "All bots"
        : "Bots"
      : `${status === "online" ? "Online" : "Offline"} bots`;
  return [noun, ...limits].join(" ");
}

/** Names the limits of a filter that the form has no field for, and therefore keeps. */
export function keptLimits({ status, tag, search, ...rest }: Filter): string | undefined {
  return Object.keys(rest).length === 0 ? undefined : targetText({ bots: null, filter: rest });
}

/** Says how a run went, with its tone. */
export function outcomeOf({ state, bots, failed }: Glance): { word: string; tone: Tone } {
  if (state === "skipped") return { word: "Skipped", tone: "neutral" };
  if (state !== "done") return { word: "Running", tone: "info" };
  if (failed === 0) return { word: "Done", tone: "ok" };
  return { word: failed === bots ? "Failed" : `Failed on ${failed} of ${bots}`, tone: "bad" };
}

export const TRIGGERS: Record<ScheduleRun["trigger"], string> = {
  ...{ due: "by schedule", missed: "late", manual: "started by hand" },
};

export const TARGETS: Record<ScheduleTarget["state"], { word: string; tone: Tone }> = {
  waiting: { word: "waiting", tone: "info" },
  queued: { word: "queued", tone: "info" },
  skipped: { word: "skipped", tone: "neutral" },
  refused: { word: "refused", tone: "bad" },
  completed: { word: "done", tone: "ok" },
  failed: { word: "failed", tone: "bad" },
};

/** The meaning of each choice of a schedule, in the form and in the details. */
export const POLICIES = {
  offline: {
    label: "If a bot is offline",
    queue: "Queue the command until it reconnects",
    skip: "Skip the bot",
  },
  overlap: {
    label: "If a bot is still busy with an earlier run",
    skip: "Skip the bot",
    send: "Send another command",
  },
  missed: {
    label: "If the server was down at that time",
    skip: "Wait for the next time",
    run: "Run once as soon as it is back",
  },
} as const;
