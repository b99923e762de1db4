/** Background work of schedules. Every process runs what is due; statements in store.runs.ts let one of them begin each run. */
import type { Clock } from "@/lib/core/clock";
import { background, type Jobs } from "@/lib/core/jobs";
import { nextAfter } from "@/lib/core/recurrence";
import { RUNS_KEPT } from "./contract.constants";
import type { Following } from "./following";
import { HOLD_MS, type Runner } from "./runner";
import type { ScheduleStore } from "./store";
import { recurrenceOf } from "./store.rows";
import type { BegunRun, RunStore } from "./store.runs";

type Deps = {
  store: Pick<ScheduleStore, "removeOrphans">;
  runs: RunStore;
  runner: Runner;
  following: Following;
  now: Clock;
  newId(prefix: string): string;
  onError(error: unknown): void;
};
type Due = Awaited<ReturnType<RunStore["due"]>>[number];

const LOOK_MS = 1_000;
const SWEEP_MS = 3_600_000;
/** The most runs that one step begins, continues or follows. */
const STEP_MAX = 20;
/** A run that begins later than this counts as missed: the server was down, or all its processes were busy. */
const LATE_MS = 60_000;

/** Builds the work of one step. Tests run it as several processes would. */
export function createScheduleWork({ store, runs, runner, following, now, newId, onError }: Deps) {
  /** Sets the next time of a due schedule. @returns the run, unless another process began it or it was missed */
  async function begin(schedule: Due): Promise<BegunRun | undefined> {
    const at = now();
    const due_at = schedule.next_at!;
    let next_at: number | null;
    try {
      next_at = nextAfter(recurrenceOf(schedule), Math.max(at, due_at));
    } catch (error) {
      onError(error);
      await following.stop(schedule, "Its times could not be computed");
      return undefined;
    }
    const run = { id: newId("run"), schedule_id: schedule.id, due_at, at };
    const isMissed = at - due_at > LATE_MS;
    if (isMissed && schedule.missed === "skip") {
      await runs.skipDue({ ...run, reason: "Missed: the server was not running at that time" }, next_at);
      return undefined;
    }
    const trigger = isMissed ? ("missed" as const) : ("due" as const);
    return runs.beginDue({ ...run, trigger, started_by: null, check_at: at + HOLD_MS }, next_at);
  }

  /** Runs `work` for each item. A failure of one must not keep the others from running. */
  const each = async <T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> => {
    await Promise.all(items.map((item) => work(item).catch(onError)));
  };

  /** Begins runs that are due, continues those of processes that died, and follows those that are open. */
  async function step(): Promise<void> {
    const begun: BegunRun[] = [];
    for (const schedule of await runs.due(now(), STEP_MAX)) {
      try {
        const run = await begin(schedule);
        if (run) begun.push(run);
      } catch (error) {
        // The schedule stays due, so that a database that fails for a moment does not stop it.
        onError(error);
      }
    }
    begun.push(...(await runs.resume(now(), now() + HOLD_MS, STEP_MAX)));
    await each(begun, runner.send);
    await each(await runs.open(now(), STEP_MAX), following.readOutcomes);
  }

  /** Deletes old runs, and schedules of teams that were deleted. */
  async function prune(): Promise<void> {
    await store.removeOrphans();
    await runs.prune(RUNS_KEPT);
  }

  return { step, prune };
}

/** Registers the jobs with the process. */
export function scheduleJobs({
  jobs,
  step,
  prune,
}: ReturnType<typeof createScheduleWork> & { jobs: Pick<Jobs, "every"> }) {
  const run = jobs.every({ name: "schedules.run", interval: LOOK_MS, first: 0, run: step });
  const sweep = jobs.every({ name: "schedules.prune", interval: SWEEP_MS, isLed: true, run: prune });
  return background([run, sweep]);
}
