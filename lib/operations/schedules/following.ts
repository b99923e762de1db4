/** Follows runs after their commands were queued: reads the outcomes, and notifies people when a schedule fails or stops. */
import type { NotificationsRoom } from "@/lib/community/notifications";
import { describeAct, performAct } from "@/lib/core/acts";
import type { Clock } from "@/lib/core/clock";
import { FAILURES_NOTIFIED } from "./contract.constants";
import { targetOf } from "./service";
import type { ScheduleStore } from "./store";
import type { RunRow, TargetRow } from "./store.rows";
import type { RunStore } from "./store.runs";

type Scheduled = { id: string; name: string; team_id: number };
type Deps = {
  store: Pick<ScheduleStore, "find" | "setState">;
  runs: Pick<RunStore, "unsettled" | "note" | "close" | "count">;
  /** Returns the people who are notified about what a team owns. */
  operatorsOf(teamId: number): Promise<number[]>;
  notify: NotificationsRoom["notifications"]["notify"];
  now: Clock;
};

/** The time until the commands of a run are read again. */
const LOOK_MIN_MS = 2_000;
const LOOK_MAX_MS = 300_000;

/** How a target words the reason why its command failed. */
const FAILED: Record<string, string> = {
  cancelled: "Cancelled",
  expired: "Expired before it was delivered",
  dead: "Undeliverable",
};

/** Builds what follows runs. Call its functions from background work only: they check no caller. */
export function createFollowing({ store, runs, operatorsOf, notify, now }: Deps) {
  /** Notifies those who operate for the schedule's team. */
  async function notifyOperators({ id, team_id }: Scheduled, title: string, body: string): Promise<void> {
    const user_ids = await operatorsOf(team_id);
    const url = `/dashboard/schedules?schedule=${encodeURIComponent(id)}`;
    const group = `schedule:${id}`;
    if (user_ids.length > 0) await notify({ to: { user_ids }, kind: "command_failed", title, body, url, group });
  }

  /** Counts the outcome of a run that is over, and notifies when several failed in a row. */
  async function countOutcome(run: RunRow): Promise<void> {
    const failures = await runs.count(run.schedule_id, run.failed > 0);
    if (failures !== FAILURES_NOTIFIED) return;
    const schedule = await store.find(run.schedule_id);
    const body = `The last ${failures} runs failed on at least one bot. In the newest, ${run.failed} of ${run.bots} failed.`;
    if (schedule) await notifyOperators(schedule, `The schedule ${schedule.name} keeps failing`, body);
  }

  return {
    countOutcome,

    /** Stops a schedule that can no longer run, and notifies those who operate for its team. */
    async stop(schedule: Scheduled, reason: string): Promise<void> {
      const stopped = await performAct("stopSchedule", () => {
        describeAct({ ...targetOf(schedule), before: { state: "active" }, after: { state: "stopped", reason } });
        return store.setState(schedule.id, ["active"], { state: "stopped", reason, next_at: null, at: now() });
      });
      if (!stopped) return;
      const body = `${reason}. Fix the cause, then resume the schedule.`;
      await notifyOperators(schedule, `The schedule ${schedule.name} was stopped`, body);
    },

    /** Reads the outcomes of a run's commands, and ends the run when all are settled. */
    async readOutcomes(run: RunRow): Promise<void> {
      const rows = await runs.unsettled(run.id);
      const settled = rows.flatMap(({ bot_id, command_id, status, reason }): Omit<TargetRow, "run_id">[] => {
        if (status === "pending") return [];
        if (status === "completed") return [{ bot_id, command_id, state: "completed", note: null }];
        const note =
          status === null
            ? "The command was deleted"
            : reason === null
              ? "The bot reported a failure"
              : FAILED[reason]!;
        return [{ bot_id, command_id, state: "failed", note }];
      });
      if (settled.length > 0) await runs.note(run.id, settled);
      const at = now();
      const isOver = settled.length === rows.length;
      // Read often at first, because most commands settle within seconds; others wait for days.
      const wait = Math.min(Math.max(LOOK_MIN_MS, (at - run.started_at) / 10), LOOK_MAX_MS);
      const change = isOver
        ? { state: "done" as const, check_at: null }
        : { state: "open" as const, check_at: Math.round(at + wait) };
      const closed = await runs.close(run.id, "open", { ...change, reason: null, at });
      if (closed && isOver) await countOutcome(closed);
    },
  };
}

export type Following = ReturnType<typeof createFollowing>;
