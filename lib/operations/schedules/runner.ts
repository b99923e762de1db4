/**
 * Runs schedules that are due. A run is stored before its commands are queued, and each command carries the run's key, so that
 * a process that dies in between leaves a run that another one continues (docs/decisions/032-schedules.md).
 */
import type { UserActor } from "@/lib/core/actor";
import { currentContext, withinContext } from "@/lib/core/acts";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import type { BotsRoom } from "@/lib/fleet/bots";
import type { Bot } from "@/lib/fleet/bots/contract";
import type { CommandsRoom } from "@/lib/fleet/commands";
import { reaches, roleOnBot } from "@/lib/identity/access";
import type { ActFor } from "./acting";
import { TARGETS_MAX } from "./contract.constants";
import type { Following } from "./following";
import type { ScheduleStore } from "./store";
import type { TargetRow } from "./store.rows";
import type { BegunRun, RunStore } from "./store.runs";

type Target = Omit<TargetRow, "run_id">;
type Scheduled = { id: string; name: string; team_id: number };
export type RunnerDeps = {
  store: Pick<ScheduleStore, "find">;
  runs: RunStore;
  bots: Pick<BotsRoom["bots"], "getMany" | "list">;
  commands: Pick<CommandsRoom["commands"], "send">;
  actFor: ActFor;
  following: Pick<Following, "countOutcome" | "stop">;
  /** Returns the bots to which schedules send nothing now, each with the reason. */
  pausedBots(bots: readonly Bot[]): Promise<Map<string, string>>;
  now: Clock;
};

/** The most commands queued at the same time. */
const CHUNK = 50;
/** Another process continues a run whose sender has not held it for this long. */
export const HOLD_MS = 30_000;
/** A command that could not be queued within this time is given up. */
const GIVE_UP_MS = 3_600_000;
const FIRST_LOOK_MS = 1_000;

const waiting = (bot_id: string): Target => ({ bot_id, state: "waiting", command_id: null, note: null });
/** A bot that the run sends nothing to. */
const leftOut = (bot_id: string, state: "skipped" | "refused", note: string): Target => ({
  ...{ bot_id, state, command_id: null, note },
});

/** Builds the function that chooses the bots of a run. */
function createPlanning({ runs, bots, pausedBots }: Pick<RunnerDeps, "runs" | "bots" | "pausedBots">) {
  const operates = (actor: UserActor, { id, team_id }: Bot) => reaches(roleOnBot(actor, { id, team_id }), "operator");

  /**
   * Returns the bots that the actor may send commands to. Of bots that the schedule names, the others are refused, so that
   * the history shows them; of those that match a filter, the others are left out.
   */
  async function chosen(
    actor: UserActor,
    { bot_ids, filter }: BegunRun["plan"],
  ): Promise<{ bots: Bot[]; refused: Target[] }> {
    if (bot_ids) {
      const found = await bots.getMany(actor, bot_ids);
      const usable = [...found.values()].filter((bot) => operates(actor, bot));
      const known = new Set(usable.map(({ id }) => id));
      const refused = bot_ids.filter((id) => !known.has(id));
      return {
        bots: usable,
        refused: refused.map((id) => leftOut(id, "refused", "No longer exists, or may not be sent commands")),
      };
    }
    const query = { ...filter, scope: "visible", sort: "created_at", limit: TARGETS_MAX } as const;
    const page = await bots.list(actor, query);
    return { bots: page.bots.filter((bot) => operates(actor, bot)), refused: [] };
  }

  /** Decides for each bot whether the run sends it a command. */
  async function targetsOf(actor: UserActor, { run, plan }: BegunRun): Promise<Target[]> {
    const { bots: found, refused } = await chosen(actor, plan);
    const busy = plan.overlap === "skip" ? await runs.busyBots(run.schedule_id, run.id) : new Set<string>();
    const paused = await pausedBots(found);
    const targets = found.map((bot) => {
      const pause = paused.get(bot.id);
      if (pause !== undefined) return leftOut(bot.id, "skipped", pause);
      if (busy.has(bot.id)) return leftOut(bot.id, "skipped", "The command of an earlier run is not settled yet");
      if (plan.offline === "skip" && bot.status === "offline") return leftOut(bot.id, "skipped", "Offline");
      return waiting(bot.id);
    });
    return [...targets, ...refused];
  }

  return targetsOf;
}

/** Builds what sends the commands of runs. */
export function createRunner(deps: RunnerDeps) {
  const { store, runs, commands, actFor, following, now } = deps;
  const targetsOf = createPlanning(deps);

  /** Queues one command. Errors that may pass leave the bot waiting, so that the run is continued. */
  async function sendTo(
    actor: UserActor,
    schedule: Scheduled,
    { run, plan }: BegunRun,
    bot_id: string,
  ): Promise<Target> {
    const { type, payload, options } = plan;
    const context = { ...currentContext(), actor, schedule: { id: schedule.id, name: schedule.name } };
    const input = { ...{ bot_id, type, payload }, ...options, idempotency_key: `schedule:${run.id}` };
    try {
      const { id } = await withinContext(context, () => commands.send(actor, input));
      return { bot_id, state: "queued", command_id: id, note: null };
    } catch (error) {
      if (error instanceof AppError && error.code !== "UNAVAILABLE") return leftOut(bot_id, "refused", error.message);
      if (now() - run.started_at < GIVE_UP_MS) throw error;
      return leftOut(bot_id, "refused", "Could not be queued for an hour");
    }
  }

  /** Stores the state of a run whose commands are queued. */
  async function closeSent({ run }: BegunRun, targets: Target[]) {
    const isOpen = targets.some(({ state }) => state === "queued");
    const isSkipped = targets.every(({ state }) => state === "skipped");
    const reason = targets.length === 0 ? "No bot matched" : isSkipped ? "Every bot was skipped" : null;
    const state = isOpen ? "open" : isSkipped ? "skipped" : "done";
    const at = now();
    const closed = await runs.close(run.id, "sending", {
      state,
      reason,
      at,
      check_at: isOpen ? at + FIRST_LOOK_MS : null,
    });
    if (closed && state === "done") await following.countOutcome(closed);
    return closed ?? run;
  }

  /**
   * Queues the commands of a run that has begun here, or that is continued.
   *
   * @returns the run after its commands were queued
   * @throws the error of a queue that fails; the run is continued later
   */
  async function send(begun: BegunRun): Promise<BegunRun["run"]> {
    const { run } = begun;
    const schedule = await store.find(run.schedule_id);
    if (!schedule) return run;
    const actor = await actFor(schedule.team_id);
    if (!actor) {
      const reason = "The account or team that it runs for is no longer active";
      await following.stop(schedule, reason);
      return (await runs.close(run.id, "sending", { state: "skipped", reason, at: now(), check_at: null })) ?? run;
    }
    const targets = await runs.plan(run.id, await targetsOf(actor, begun));
    const isLost = targets.length > 0 && targets.every(({ state, command_id }) => state === "refused" && !command_id);
    const outcomes = new Map(targets.map((target) => [target.bot_id, target as Target]));
    const open = targets.filter(({ state }) => state === "waiting");
    for (let from = 0; from < open.length; from += CHUNK) {
      await runs.hold(run.id, now() + HOLD_MS);
      const chunk = open.slice(from, from + CHUNK);
      const done = await Promise.all(chunk.map(({ bot_id }) => sendTo(actor, schedule, begun, bot_id)));
      await runs.note(run.id, done);
      for (const target of done) outcomes.set(target.bot_id, target);
    }
    const closed = await closeSent(begun, [...outcomes.values()]);
    if (isLost)
      await following.stop(schedule, "None of its bots exists any more, or its owner may not send them commands");
    return closed;
  }

  return { send };
}

export type Runner = ReturnType<typeof createRunner>;
