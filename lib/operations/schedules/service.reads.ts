/** Shows schedules to people: lists, single ones, those of a bot, and when one would run. */
import { type Actor, asUser, type UserActor } from "@/lib/core/actor";
import { type Clock, iso } from "@/lib/core/clock";
import { invalid } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { afterId, rowsOf, shownPage } from "@/lib/core/pages";
import { nextAfter, nextTimes, type Recurrence } from "@/lib/core/recurrence";
import type { BotsRoom } from "@/lib/fleet/bots";
import { reaches, roleOnBot, roleOnTeam, seesAll, teamsOf } from "@/lib/identity/access";
import { mayManage } from "@/lib/identity/teams";
import type { ActFor } from "./acting";
import type { Schedule, ScheduleDetail, ScheduleInput } from "./contract";
import { OF_BOT_MAX, PREVIEWED } from "./contract.constants";
import { findSchedule } from "./service.access";
import type { ScheduleStore } from "./store";
import { type ListedRow, planOf, recurrenceOf, requestedRecurrence, toSchedule } from "./store.rows";

export type ReadDeps = {
  store: Pick<ScheduleStore, "find" | "page" | "recentRuns" | "mayReach">;
  bots: Pick<BotsRoom["bots"], "getMany" | "list" | "reach">;
  actFor: ActFor;
  now: Clock;
};
type NamedRow = ListedRow & { created_by_name: string | null };
type Fields = Pick<ScheduleInput, keyof Recurrence>;
type ListQuery = {
  cursor?: string;
  limit: number;
  team_id?: number;
  state?: Schedule["state"];
  search?: string;
  bot_id?: string;
};

/** The most schedules that are compared with a bot. */
const COMPARED_MAX = 100;

/** Returns the first time after `at`. @throws INVALID_INPUT the expression cannot be read, or no date matches it */
export function firstTime(recurrence: Recurrence, at: number): number {
  const next = nextAfter(recurrence, at);
  if (next === null) throw invalid("cron", "matches no date: check the day and the month");
  return next;
}

/** Builds the function that finds the schedules which would send a bot a command. */
function createReaching({ store, bots, actFor }: Omit<ReadDeps, "now">) {
  /** Returns the active schedules of the teams (all teams: undefined) that reach the bot, the next one first. */
  return async function reaching(teams: number[] | undefined, botId: string): Promise<NamedRow[]> {
    const rows = await store.mayReach({ teams }, botId, COMPARED_MAX);
    const found = new Map<string, Promise<boolean>>();
    /** Reads the bot as a run would. Schedules of one team with the same filter are compared once. */
    async function reads(team_id: number, filter: string | null): Promise<boolean> {
      const runner = await actFor(team_id);
      if (!runner) return false;
      if (filter === null) {
        const bot = (await bots.getMany(runner, [botId])).get(botId);
        return bot !== undefined && reaches(roleOnBot(runner, bot), "operator");
      }
      const chosen = readJson<Schedule["filter"]>(filter);
      const page = await bots.list(runner, { ...chosen, ids: [botId], scope: "visible", limit: 1 });
      return page.bots.some((bot) => reaches(roleOnBot(runner, bot), "operator"));
    }
    const isReached = await Promise.all(
      rows.map(({ team_id, filter }) => {
        const key = `${team_id} ${filter}`;
        const known = found.get(key) ?? reads(team_id, filter);
        found.set(key, known);
        return known;
      }),
    );
    return rows.filter((_, at) => isReached[at]).slice(0, OF_BOT_MAX);
  };
}

/** Builds what shows schedules to people. */
export function createReads(deps: ReadDeps) {
  const { store, bots, now } = deps;
  const reaching = createReaching(deps);

  async function shown(actor: Actor, id: string): Promise<ScheduleDetail> {
    const { user, row } = await findSchedule(deps, actor, id, "see");
    const { payload, bot_ids } = planOf(row);
    const next_runs = row.next_at === null ? [] : nextTimes(recurrenceOf(row), row.next_at - 1, PREVIEWED);
    return {
      ...toSchedule(row, (await store.recentRuns([id])).get(id)),
      ...{ payload, bot_ids, next_runs: next_runs.map(iso), can_manage: mayManage(user, row) },
    };
  }

  async function withRuns(user: UserActor, rows: readonly NamedRow[]): Promise<(row: NamedRow) => Schedule> {
    const recent = await store.recentRuns(rows.map(({ id }) => id));
    return (row) => ({ ...toSchedule(row, recent.get(row.id)), can_manage: mayManage(user, row) });
  }

  /** Lists schedules, newest first; with `bot_id` those that reach this bot, the next one first. @throws NOT_FOUND the bot */
  async function page(actor: Actor, { cursor, limit, bot_id, ...filter }: ListQuery) {
    const user = asUser(actor);
    const { team_id } = filter;
    if (team_id !== undefined && roleOnTeam(user, team_id) === null) return { items: [], next_cursor: null };
    const teams = seesAll(user) ? undefined : teamsOf(user);
    if (bot_id !== undefined) {
      await bots.reach(user, bot_id, "viewer");
      const rows = await reaching(teams, bot_id);
      return shownPage(
        { rows: rows.map((row) => ({ row, cursor: [row.seq] })), next: undefined },
        await withRuns(user, rows),
      );
    }
    const found = await store.page({ teams, ...filter }, { after: afterId(cursor), limit });
    const show = await withRuns(
      user,
      found.rows.map(({ row }) => row),
    );
    return shownPage(found, show);
  }

  return {
    ...{ page, get: shown },

    /** Lists a page as `page` does, without a cursor for each schedule. */
    async list(actor: Actor, query: ListQuery) {
      const { items, next_cursor } = await page(actor, query);
      const schedules = rowsOf(items);
      return { schedules, count: schedules.length, next_cursor };
    },

    /** Computes when a schedule would run. @throws INVALID_INPUT */
    preview(actor: Actor, fields: Fields): string[] {
      asUser(actor);
      const recurrence = requestedRecurrence(fields, now());
      return nextTimes(recurrence, firstTime(recurrence, now()) - 1, PREVIEWED).map(iso);
    },
  };
}
