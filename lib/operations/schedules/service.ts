/** Lets people manage schedules. What runs them is in runner.ts. */
import type { Actor } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import type { Quotas } from "@/lib/core/quotas";
import { staleUpdate } from "@/lib/core/versions";
import { owningTeam } from "@/lib/identity/teams";
import type { ScheduleDetail, ScheduleInput } from "./contract";
import { type AccessDeps, asScheduler, checkTargets, findSchedule } from "./service.access";
import { createReads, firstTime, type ReadDeps } from "./service.reads";
import type { ScheduleStore } from "./store";
import { recurrenceOf, requestedRecurrence } from "./store.rows";

export type Deps = AccessDeps &
  ReadDeps & {
    store: ScheduleStore;
    quotas: Pick<Quotas, "of">;
    now: Clock;
    newId(prefix: string): string;
  };

/** Returns the values that the audit log keeps. Chosen bots are counted, because there may be a thousand. */
const audited = ({ bot_ids, ...input }: ScheduleInput) => ({ ...input, bots: bot_ids?.length });

/** Builds the service of schedules for people. */
export function createScheduleService(deps: Deps) {
  const { store, now, newId } = deps;
  const reads = createReads(deps);
  const shown = reads.get;

  /** @throws NOT_FOUND, FORBIDDEN as `owningTeam`; CONFLICT the team has as many as it may have */
  async function create(
    actor: Actor,
    { team_id, ...input }: ScheduleInput & { team_id?: number },
  ): Promise<ScheduleDetail> {
    const user = asScheduler(actor);
    const team = await owningTeam(user, team_id, "operate");
    const at = now();
    const recurrence = requestedRecurrence(input, at);
    const first = firstTime(recurrence, at);
    await checkTargets(deps, team, input);
    const id = newId("sch");
    describeAct({ target: { type: "schedule", id, name: input.name }, team_id: team, after: audited(input) });
    const quota = await deps.quotas.of("schedules", team);
    const row = { id, team_id: team, created_by: user.user_id, input, recurrence, at };
    if (!(await store.add(row, first, quota.max))) throw await quota.reached(actor);
    return shown(actor, id);
  }

  /**
   * @param edited  the version on which the change is based
   * @throws NOT_FOUND; FORBIDDEN; CONFLICT another version is stored
   */
  async function update(actor: Actor, id: string, input: ScheduleInput, edited?: number): Promise<ScheduleDetail> {
    const { row } = await findSchedule(deps, actor, id, "manage");
    const at = now();
    // Keep the rhythm of a schedule whose interval was not changed.
    const isSameRhythm = input.starts_at === undefined && input.every_minutes === (row.every_minutes ?? undefined);
    const recurrence = { ...requestedRecurrence(input, at), ...(isSameRhythm && { starts_at: row.starts_at }) };
    const next_at = firstTime(recurrence, at);
    await checkTargets(deps, row.team_id, input);
    const before = await shown(actor, id);
    describeAct({ ...targetOf(row), before: auditedDetail(before), after: audited(input) });
    const change = { input, at, expected: edited, next_at, recurrence };
    if (await store.put(id, change)) return shown(actor, id);
    const stored = await shown(actor, id);
    throw staleUpdate("The schedule", { version: stored.version, value: stored }, edited!, input);
  }

  async function setState(actor: Actor, id: string, to: "active" | "paused"): Promise<ScheduleDetail> {
    const { row } = await findSchedule(deps, actor, id, "manage");
    const at = now();
    const next_at = to === "active" ? firstTime(recurrenceOf(row), at) : null;
    describeAct({ ...targetOf(row), before: { state: row.state }, after: { state: to } });
    const from = to === "active" ? (["paused", "stopped"] as const) : (["active"] as const);
    if (await store.setState(id, from, { state: to, reason: null, next_at, at })) return shown(actor, id);
    const { state } = await shown(actor, id);
    throw new AppError("CONFLICT", state === to ? `The schedule is already ${to}` : `The schedule is ${state}`);
  }

  return {
    ...{ ...reads, create, update },
    pause: (actor: Actor, id: string) => setState(actor, id, "paused"),
    resume: (actor: Actor, id: string) => setState(actor, id, "active"),

    async remove(actor: Actor, id: string): Promise<void> {
      const { row } = await findSchedule(deps, actor, id, "manage");
      describeAct({ ...targetOf(row), before: auditedDetail(await shown(actor, id)) });
      await store.remove(id);
    },
  };
}

/** Names the schedule that an act is about. */
export const targetOf = ({ id, name, team_id }: { id: string; name: string; team_id: number }) => ({
  target: { type: "schedule", id, name },
  team_id,
});

/** The values of `audited`, read from a stored schedule. */
function auditedDetail({
  name,
  cron,
  every_minutes,
  time_zone,
  starts_at,
  filter,
  type,
  payload,
  ...rest
}: ScheduleDetail) {
  const { priority, expires_in, max_attempts, shard, offline, overlap, missed, bots } = rest;
  const command = { type, payload, priority, expires_in, max_attempts, shard };
  return { name, cron, every_minutes, time_zone, starts_at, filter, ...command, offline, overlap, missed, bots };
}
