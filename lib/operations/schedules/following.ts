/** Follows runs after their commands were queued: their outcome, and who is notified when a schedule fails or stops. */
import type { NotificationsRoom } from "@/lib/community/notifications";
import { describeAct, performAct } from "@/lib/core/acts";
import type { Clock } from "@/lib/core/clock";
import type { TeamsRoom } from "@/lib/identity/teams";
import { FAILURES_NOTIFIED } from "./contract.constants";
import { targetOf } from "./service";
import type { ScheduleStore } from "./store";
import type { RunRow, TargetRow } from "./store.rows";
import type { RunStore } from "./store.runs";

type Scheduled = { id: string; name: string; team_id: number };
type Deps = {
  store: Pick<ScheduleStore, "find" | "setState">;
  runs: Pick<RunStore, "unsettled" | "note" | "close" | "count">;
  teams: Pick<TeamsRoom["teams"], "watchersOf">;
  notify: NotificationsRoom["notifications"]["notify"];
  now: Clock;
};

const LOOK_MIN_MS = 2_000;
const LOOK_MAX_MS = 300_000;

const FAILED: Record<string, string> = {
  cancelled: "Cancelled",
  expired: "Expired before it was delivered",
  dead: "Undeliverable",
};

export function createFollowing({ store, runs, teams, notify, now }: Deps) {
  async function tellOwners({ id, name, team_id }: Scheduled, title: string, body: string): Promise<void> {
    const user_ids = await teams.watchersOf({ id: "", team_id }, null);
    const url = `/dashboard/schedules?schedule=${encodeURIComponent(id)}`;
    const group = `schedule:${id}`;
    if (user_ids.length > 0)
      await notify({ to: { user_ids }, kind: "command_failed", title: title.replace("%", name), body, url, group });
  }

  /** Counts a run that is over; notifies when several failed in a row. */
  async function ended(run: RunRow): Promise<void> {
    const failures = await runs.count(run.schedule_id, run.failed > 0);
    if (failures !== FAILURES_NOTIFIED) return;
    const schedule = await store.find(run.schedule_id);
    const body = `The last ${failures} runs failed on at least one bot. In the newest, ${run.failed} of ${run.bots} failed.`;
    if (schedule) await tellOwners(schedule, "The schedule % keeps failing", body);
  }

  return {
    ended,

    /** Stops a schedule that can do nothing any more, and notifies those who manage it. */
    async stop(schedule: Scheduled, reason: string): Promise<void> {
      const stopped = await performAct("stopSchedule", () => {
        describeAct({ ...targetOf(schedule), before: { state: "active" }, after: { state: "stopped", reason } });
        return store.setState(schedule.id, ["active"], { state: "stopped", reason, next_at: null, at: now() });
      });
      if (stopped) await tellOwners(schedule, "The schedule % was stopped", `${reason}.`);
    },

    /** Reads what became of a run's commands, and ends the run when all are settled. */
    async look(run: RunRow): Promise<void> {
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
      // Look often at first: most commands settle within seconds, and others wait for days.
      const wait = Math.min(Math.max(LOOK_MIN_MS, (at - run.started_at) / 10), LOOK_MAX_MS);
      const change = isOver
        ? { state: "done" as const, check_at: null }
        : { state: "open" as const, check_at: Math.round(at + wait) };
      const closed = await runs.close(run.id, "open", { ...change, reason: null, at });
      if (closed && isOver) await ended(closed);
    },
  };
}

export type Following = ReturnType<typeof createFollowing>;
