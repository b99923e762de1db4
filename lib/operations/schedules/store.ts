/** Schedules in the database: lists, changes and their limit. What runs them is in store.runs.ts. */
import { contains, containsInAnyCase, inList, query, type Row, readPage, transaction } from "@/lib/core/db";
import type { Cursor, Page } from "@/lib/core/pages";
import type { Recurrence } from "@/lib/core/recurrence";
import { userNames } from "@/lib/identity/accounts";
import { hasPlace, ownedRows } from "@/lib/identity/teams";
import type { Schedule, ScheduleInput } from "./contract";
import { RECENT_MAX } from "./contract.constants";
import { eraseSchedules } from "./store.carryover";
import { columnsOf, LISTED, type ListedRow, RUN, type RunRow } from "./store.rows";

type NamedRow = ListedRow & { created_by_name: string | null };
type Filter = { teams?: readonly number[]; team_id?: number; state?: Schedule["state"]; search?: string };
type NewSchedule = {
  id: string;
  team_id: number;
  created_by: number;
  input: ScheduleInput;
  recurrence: Recurrence;
  at: number;
};
type Change = Pick<NewSchedule, "input" | "recurrence" | "at"> & { expected?: number; next_at: number | null };
type State = { state: Schedule["state"]; reason: string | null; next_at: number | null; at: number };

const owned = ownedRows("schedule");

const listed = ({ teams, team_id, state, search }: Filter) =>
  query()
    .selectFrom("schedule as s")
    .leftJoin(userNames().as("u"), "u.id", "s.created_by")
    .select(LISTED.map((column) => `s.${column}` as const))
    .select("u.username as created_by_name")
    .$if(teams !== undefined, (rows) => rows.where("s.team_id", "in", inList(teams!)))
    .$if(team_id !== undefined, (rows) => rows.where("s.team_id", "=", team_id!))
    .$if(state !== undefined, (rows) => rows.where("s.state", "=", state!))
    .$if(Boolean(search), (rows) => rows.where((eb) => containsInAnyCase(eb.ref("s.name"), search!)));

const page = (filter: Filter, range: { after?: Cursor; limit: number }): Promise<Page<NamedRow>> =>
  readPage(listed(filter), { by: ["s.seq"], direction: "desc" }, range);

const find = (id: string): Promise<(Row<"schedule"> & { created_by_name: string | null }) | undefined> =>
  query()
    .selectFrom("schedule as s")
    .leftJoin(userNames().as("u"), "u.id", "s.created_by")
    .selectAll("s")
    .select("u.username as created_by_name")
    .where("s.id", "=", id)
    .executeTakeFirst();

/** Active schedules that name a bot or have a filter, the next one first. */
const mayReach = (filter: Filter, botId: string, limit: number): Promise<NamedRow[]> =>
  listed({ ...filter, state: "active" })
    .where((eb) => eb.or([eb("s.filter", "is not", null), contains(eb.ref("s.bot_ids"), JSON.stringify(botId))]))
    .where("s.next_at", "is not", null)
    .orderBy("s.next_at")
    .limit(limit)
    .execute();

/** The newest runs of each of the schedules, newest first, by the schedule's id. */
async function recentRuns(ids: readonly string[]): Promise<Map<string, RunRow[]>> {
  const rows = await query()
    .selectFrom("schedule_run as r")
    .select(RUN.map((column) => `r.${column}` as const))
    .where("r.schedule_id", "in", inList(ids))
    .where((eb) =>
      eb(
        "r.due_at",
        ">=",
        eb.fn.coalesce(
          eb
            .selectFrom("schedule_run as newer")
            .select("newer.due_at")
            .whereRef("newer.schedule_id", "=", "r.schedule_id")
            .orderBy("newer.due_at", "desc")
            .limit(1)
            .offset(RECENT_MAX - 1),
          eb.lit(0),
        ),
      ),
    )
    .orderBy("r.due_at", "desc")
    .execute();
  return Map.groupBy(rows, ({ schedule_id }) => schedule_id);
}

/** @returns false when the team already has `max` schedules @throws NOT_FOUND the team was deleted */
const add = ({ input, recurrence, at, ...row }: NewSchedule, next_at: number | null, max: number): Promise<boolean> =>
  transaction(async (trx) => {
    if (!(await hasPlace(trx, "schedule", { teamId: row.team_id, max }))) return false;
    const columns = { ...row, ...columnsOf(input, recurrence), next_at, created_at: at, updated_at: at };
    await trx.insertInto("schedule").values(columns).execute();
    return true;
  });

/**
 * Replaces what a schedule does. An active one is due at `next_at`.
 *
 * @returns false when it is gone, or no longer at version `expected`
 */
async function put(id: string, { input, recurrence, at, expected, next_at }: Change): Promise<boolean> {
  const { numUpdatedRows } = await query()
    .updateTable("schedule")
    .set((eb) => ({
      ...{ ...columnsOf(input, recurrence), updated_at: at, failures: 0 },
      version: eb("version", "+", 1),
      // Pausing it and changing it at the same moment must not start it again.
      next_at: eb
        .case()
        .when("state", "=", "active")
        .then(eb.cast<number | null>(eb.val(next_at), "bigint"))
        .end(),
    }))
    .where("id", "=", id)
    .$if(expected !== undefined, (row) => row.where("version", "=", expected!))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Pauses, resumes or stops a schedule. @returns false when it is not in the state `from` any more */
async function setState(id: string, from: readonly Schedule["state"][], { at, ...state }: State): Promise<boolean> {
  const { numUpdatedRows } = await query()
    .updateTable("schedule")
    .set((eb) => ({ ...state, failures: 0, updated_at: at, version: eb("version", "+", 1) }))
    .where("id", "=", id)
    .where("state", "in", inList(from))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export const createScheduleStore = () => ({
  ...{ mayReach, recentRuns, put, setState, page, find, add },
  ...{ remove: owned.remove, count: owned.count, removeOrphans: owned.removeOrphans },
  createdBy: (userId: number, limit: number) => owned.createdBy(userId, limit).select("c.name").execute(),

  removeOf: (userId: number): Promise<void> => eraseSchedules(query(), userId),
});

export type ScheduleStore = ReturnType<typeof createScheduleStore>;
