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
  following: Pick<Following, "ended" | "stop">;
  /** Returns why schedules shall leave a bot alone now, for those of the bots that they shall. */
  pausedBots(bots: readonly Bot[], at: number): Promise<Map<string, string>>;
  now: Clock;
};

/** Commands queued at a time. */
const CHUNK = 50;
/** Another process continues a run that was not held for this long. */
export const HOLD_MS = 30_000;
/** A run that could not be queued within this time gives up. */
const GIVE_UP_MS = 3_600_000;
const FIRST_LOOK_MS = 1_000;

const waiting = (bot_id: string): Target => ({ bot_id, state: "waiting", command_id: null, note: null });
const left = (bot_id: string, state: "skipped" | "refused", note: string): Target => ({
  ...{ bot_id, state, command_id: null, note },
});

function createPlanning({ runs, bots, pausedBots, now }: Pick<RunnerDeps, "runs" | "bots" | "pausedBots" | "now">) {
  const operates = (actor: UserActor, { id, team_id }: Bot) => reaches(roleOnBot(actor, { id, team_id }), "operator");

  /** The bots of a filter are those that may be sent commands to; of chosen bots, the others are named as refused. */
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
        refused: refused.map((id) => left(id, "refused", "No longer exists, or may not be commanded")),
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
    const paused = await pausedBots(found, now());
    const targets = found.map((bot) => {
      const pause = paused.get(bot.id);
      if (pause !== undefined) return left(bot.id, "skipped", pause);
      if (busy.has(bot.id)) return left(bot.id, "skipped", "The command of an earlier run is not settled yet");
      if (plan.offline === "skip" && bot.status === "offline") return left(bot.id, "skipped", "Offline");
      return waiting(bot.id);
    });
    return [...targets, ...refused];
  }

  return targetsOf;
}

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
      if (error instanceof AppError && error.code !== "UNAVAILABLE") return left(bot_id, "refused", error.message);
      if (now() - run.started_at < GIVE_UP_MS) throw error;
      return left(bot_id, "refused", "Could not be queued for an hour");
    }
  }

  /** Closes a run whose commands are queued. */
  async function sent({ run }: BegunRun, targets: Target[]) {
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
    if (closed && state === "done") await following.ended(closed);
    return closed ?? run;
  }

  /**
   * Queues the commands of a run that has begun here, or that is continued.
   *
   * @returns the run as it is then
   * @throws what the queue throws; the run is continued later
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
    const closed = await sent(begun, [...outcomes.values()]);
    if (isLost) await following.stop(schedule, "None of its bots exists any more, or may be commanded by its owner");
    return closed;
  }

  return { send };
}

export type Runner = ReturnType<typeof createRunner>;
