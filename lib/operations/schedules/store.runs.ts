/**
 * Runs in the database. Each change is guarded by a condition, because every process looks for due schedules and for runs to
 * continue (docs/decisions/032-schedules.md).
 */
import { inList, insertRows, type Queries, query, type Row, readPage, skipLocked, transaction } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import type { Cursor, Page } from "@/lib/core/pages";
import { commandStates } from "@/lib/fleet/commands";
import { type Plan, planOf, RUN, type RunRow, type TargetRow } from "./store.rows";

/** A run that has begun: `plan` is what it sends. */
export type BegunRun = { run: RunRow; plan: Plan };
type NewRun = { id: string; schedule_id: string; due_at: number; at: number; check_at: number };
type Begin = NewRun & { trigger: "due" | "missed" | "manual"; started_by: number | null };
type RunColumns = Pick<Row<"schedule_run">, "id" | "schedule_id" | "due_at" | "started_at" | "trigger" | "state"> &
  Partial<Row<"schedule_run">>;
type Counts = { state: "open" | "done" | "skipped"; reason: string | null; check_at: number | null; at: number };

const BEGUN = { ended_at: null, reason: null, bots: 0, skipped: 0, failed: 0, completed: 0, seq: 0 };

/** Schedules that are due at `at`, the longest waiting first. */
const due = (at: number, limit: number): Promise<Row<"schedule">[]> =>
  query().selectFrom("schedule").selectAll().where("next_at", "<=", at).orderBy("next_at").limit(limit).execute();

/** Moves a schedule on from `due_at` to its next time. @returns false when another process has moved it */
async function moveOn(trx: Queries, scheduleId: string, due_at: number, next_at: number | null): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable("schedule")
    .set({ next_at })
    .where("id", "=", scheduleId)
    .where("next_at", "=", due_at)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Stores a run. @returns false when the schedule has one of that time already */
async function insertRun(queries: Queries, row: RunColumns): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await queries
    .insertInto("schedule_run")
    .values(row)
    .onConflict((conflict) => conflict.columns(["schedule_id", "due_at"]).doNothing())
    .executeTakeFirst();
  return Boolean(numInsertedOrUpdatedRows);
}

/**
 * Moves a schedule on to its next time and begins the run that was due, in one transaction. Only one process can move it
 * from `due_at`, and the unique key over schedule and time refuses a second run after a clock that was set back.
 *
 * @returns undefined when another process began it
 */
const beginDue = (
  { trigger, started_by, at, check_at, ...run }: Begin,
  next_at: number | null,
): Promise<BegunRun | undefined> =>
  transaction(async (trx) => {
    if (!(await moveOn(trx, run.schedule_id, run.due_at, next_at))) return undefined;
    const schedule = await trx
      .selectFrom("schedule")
      .selectAll()
      .where("id", "=", run.schedule_id)
      .executeTakeFirstOrThrow();
    const plan = planOf(schedule);
    const row = { ...run, started_at: at, trigger, started_by, state: "sending", check_at };
    const isNew = await insertRun(trx, { ...row, plan: JSON.stringify(plan) });
    return isNew ? { run: { ...BEGUN, ...row }, plan } : undefined;
  });

/** Sets the next time of a schedule without running it, and stores a skipped run with the reason. */
const skipDue = (
  { id, schedule_id, due_at, at, reason }: Omit<NewRun, "check_at"> & { reason: string },
  next_at: number | null,
) =>
  transaction(async (trx) => {
    if (!(await moveOn(trx, schedule_id, due_at, next_at))) return;
    const run = { id, schedule_id, due_at, started_at: at, ended_at: at, trigger: "missed", state: "skipped", reason };
    await insertRun(trx, run);
  });

/** Begins a run that a person asked for. @returns undefined when one began in the same millisecond */
async function beginManual({ at, ...run }: Begin, plan: Plan): Promise<BegunRun | undefined> {
  const row = { ...run, started_at: at, state: "sending" };
  const isNew = await insertRun(query(), { ...row, plan: JSON.stringify(plan) });
  return isNew ? { run: { ...BEGUN, ...row }, plan } : undefined;
}

/** Takes runs that nobody holds at `at`, because the process that sent them has died, and holds them until `until`. */
const resume = (at: number, until: number, limit: number): Promise<BegunRun[]> =>
  transaction(async (trx) => {
    const rows = await skipLocked(
      trx
        .selectFrom("schedule_run")
        .select([...RUN, "plan"])
        .where("check_at", "<=", at)
        .where("state", "=", "sending")
        .orderBy("check_at")
        .limit(limit),
    ).execute();
    const ids = rows.map(({ id }) => id);
    if (ids.length > 0)
      await trx.updateTable("schedule_run").set({ check_at: until }).where("id", "in", inList(ids)).execute();
    return rows.flatMap(({ plan, ...run }) => (plan === null ? [] : [{ run, plan: readJson<Plan>(plan) }]));
  });

/** Keeps a run that is being sent from being taken by another process until `until`. */
async function hold(id: string, until: number): Promise<void> {
  await query()
    .updateTable("schedule_run")
    .set({ check_at: until })
    .where("id", "=", id)
    .where("state", "=", "sending")
    .execute();
}

/** Stores the bots of a run before anything is sent. A run that is continued keeps those of its beginning. */
const plan = (runId: string, targets: Omit<TargetRow, "run_id">[]): Promise<TargetRow[]> =>
  transaction(async (trx) => {
    const stored = () => trx.selectFrom("schedule_target").selectAll().where("run_id", "=", runId).execute();
    const before = await stored();
    if (before.length > 0 || targets.length === 0) return before;
    const rows = targets.map((target) => ({ run_id: runId, ...target }));
    await insertRows(trx, "schedule_target", rows);
    return rows;
  });

/** Stores the outcomes of bots of a run. */
const note = (runId: string, targets: Omit<TargetRow, "run_id">[]): Promise<void> =>
  transaction(async (trx) => {
    for (const { bot_id, ...outcome } of targets)
      await trx
        .updateTable("schedule_target")
        .set(outcome)
        .where("run_id", "=", runId)
        .where("bot_id", "=", bot_id)
        .execute();
  });

/**
 * Counts the bots of a run by their state, and stores the counts with the state of the run.
 *
 * @returns the run as it is now; undefined when another process ended it, or it is gone
 */
const close = (runId: string, from: "sending" | "open", { at, ...change }: Counts): Promise<RunRow | undefined> =>
  transaction(async (trx) => {
    const counts = await trx
      .selectFrom("schedule_target")
      .select((eb) => ["state", eb.fn.countAll<number>().as("bots")])
      .where("run_id", "=", runId)
      .groupBy("state")
      .execute();
    const of = (...states: string[]) =>
      counts.filter(({ state }) => states.includes(state)).reduce((sum, { bots }) => sum + bots, 0);
    const { numUpdatedRows } = await trx
      .updateTable("schedule_run")
      .set({
        ...{ ...change, plan: null, ended_at: change.state === "open" ? null : at },
        bots: counts.reduce((sum, { bots }) => sum + bots, 0),
        ...{ completed: of("completed"), failed: of("failed", "refused"), skipped: of("skipped") },
      })
      .where("id", "=", runId)
      .where("state", "=", from)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return undefined;
    return trx.selectFrom("schedule_run").select(RUN).where("id", "=", runId).executeTakeFirst();
  });

/** Open runs whose outcomes are to be read again. */
const open = (at: number, limit: number): Promise<RunRow[]> =>
  query()
    .selectFrom("schedule_run")
    .select(RUN)
    .where("check_at", "<=", at)
    .where("state", "=", "open")
    .orderBy("check_at")
    .limit(limit)
    .execute();

/** The bots of a run whose commands were not settled when it was last looked at, with their commands' state now. */
const unsettled = (runId: string) =>
  query()
    .selectFrom("schedule_target as t")
    .leftJoin(commandStates().as("c"), "c.id", "t.command_id")
    .select(["t.bot_id", "t.command_id", "c.status", "c.reason"])
    .where("t.run_id", "=", runId)
    .where("t.state", "=", "queued")
    .execute();

/** The bots for which a command of an earlier run of the schedule waits or runs. */
async function busyBots(scheduleId: string, runId: string): Promise<Set<string>> {
  const rows = await query()
    .selectFrom("schedule_run as r")
    .innerJoin("schedule_target as t", "t.run_id", "r.id")
    .innerJoin(commandStates().as("c"), "c.id", "t.command_id")
    .select("t.bot_id")
    .where("r.schedule_id", "=", scheduleId)
    .where("r.id", "<>", runId)
    .where("r.state", "in", ["sending", "open"])
    .where("t.state", "=", "queued")
    .where("c.status", "=", "pending")
    .execute();
  return new Set(rows.map(({ bot_id }) => bot_id));
}

/** Counts the failed runs in a row of a schedule. @returns the new count; undefined when the schedule is gone */
const count = (scheduleId: string, hasFailed: boolean): Promise<number | undefined> =>
  transaction(async (trx) => {
    await trx
      .updateTable("schedule")
      .set((eb) => ({ failures: hasFailed ? eb("failures", "+", 1) : 0 }))
      .where("id", "=", scheduleId)
      .execute();
    return (await trx.selectFrom("schedule").select("failures").where("id", "=", scheduleId).executeTakeFirst())
      ?.failures;
  });

const page = (scheduleId: string, range: { after?: Cursor; limit: number }): Promise<Page<RunRow>> =>
  readPage(
    query().selectFrom("schedule_run").select(RUN).where("schedule_id", "=", scheduleId),
    { by: ["due_at"], direction: "desc" },
    range,
  );

const find = (scheduleId: string, id: string): Promise<RunRow | undefined> =>
  query()
    .selectFrom("schedule_run")
    .select(RUN)
    .where("id", "=", id)
    .where("schedule_id", "=", scheduleId)
    .executeTakeFirst();

const targets = (runId: string): Promise<TargetRow[]> =>
  query().selectFrom("schedule_target").selectAll().where("run_id", "=", runId).orderBy("bot_id").execute();

/** Deletes the runs beyond the newest `kept` of each schedule. Runs that are still open stay. */
async function prune(kept: number): Promise<void> {
  await query()
    .deleteFrom("schedule_run")
    .where("state", "in", ["done", "skipped"])
    .where("due_at", "<", (eb) =>
      eb
        .selectFrom("schedule_run as newer")
        .select("newer.due_at")
        .whereRef("newer.schedule_id", "=", "schedule_run.schedule_id")
        .orderBy("newer.due_at", "desc")
        .limit(1)
        .offset(kept - 1),
    )
    .execute();
}

export const createRunStore = () => ({
  due,
  beginDue,
  skipDue,
  resume,
  plan,
  note,
  close,
  open,
  unsettled,
  count,
  page,
  find,
  targets,
  beginManual,
  hold,
  busyBots,
  prune,
});

export type RunStore = ReturnType<typeof createRunStore>;
