/** Resolvers of schedules and their runs. Each calls the service of the REST route of that name. */
import type { App } from "@/lib/app";
import { type Context, operating } from "@/lib/edge/graphql/context";
import { checked, connectionOf, numbered, type PageArgs, paging } from "@/lib/edge/graphql/page";
import { getTeam } from "@/lib/identity/teams/contract";
import {
  createSchedule,
  getSchedule,
  getScheduleRun,
  listScheduleRuns,
  listSchedules,
  previewSchedule,
  updateSchedule,
} from "@/lib/operations/schedules/contract";

type Args = Record<string, unknown>;
type Id = { id: string };
type OfSchedule = { scheduleId: string };
type Input = { schedule: Args };

const scheduleId = (id: string): string => checked(getSchedule.params, { scheduleId: id }).schedule_id;

const query = ({ schedules, scheduleRuns }: App) => ({
  async schedules(_: unknown, { first, after, ...filter }: PageArgs & Args, { actor }: Context) {
    const asked = checked(listSchedules.query, { ...filter, ...paging({ first, after }) });
    const page = await schedules.page(actor, asked);
    return connectionOf(page.items, page.next_cursor);
  },
  schedule: (_: unknown, { id }: Id, { actor }: Context) => schedules.get(actor, scheduleId(id)),
  async scheduleRuns(_: unknown, { scheduleId: id, ...args }: PageArgs & OfSchedule, { actor }: Context) {
    const page = await scheduleRuns.page(actor, scheduleId(id), checked(listScheduleRuns.query, paging(args)));
    return connectionOf(page.items, page.next_cursor);
  },
  scheduleRun(_: unknown, { id, ...args }: OfSchedule & Id, { actor }: Context) {
    const { schedule_id, run_id } = checked(getScheduleRun.params, { ...args, runId: id });
    return scheduleRuns.get(actor, schedule_id, run_id);
  },
  previewSchedule: (_: unknown, args: Args, { actor }: Context) =>
    schedules.preview(actor, checked(previewSchedule.body, args)),
});

const mutation = ({ schedules, scheduleRuns }: App) => ({
  createSchedule: operating(async (_, { schedule, teamId }: Input & { teamId?: string | null }, { actor }) => {
    const { team_id } = teamId == null ? { team_id: undefined } : checked(getTeam.params, { teamId });
    const input = checked(createSchedule.body, numbered(schedule));
    return { success: true, schedule: await schedules.create(actor, { ...input, team_id }) };
  }),
  updateSchedule: operating(
    async (_, { id, schedule, version }: Id & Input & { version?: number | null }, { actor }) => {
      const { version: edited, ...input } = checked(updateSchedule.body, { ...numbered(schedule), version });
      return { success: true, schedule: await schedules.update(actor, scheduleId(id), input, edited) };
    },
  ),
  deleteSchedule: operating(async (_, { id }: Id, { actor }) => {
    await schedules.remove(actor, scheduleId(id));
    return { success: true, message: "Schedule deleted" };
  }),
  pauseSchedule: operating(async (_, { id }: Id, { actor }) => ({
    ...{ success: true, schedule: await schedules.pause(actor, scheduleId(id)) },
  })),
  resumeSchedule: operating(async (_, { id }: Id, { actor }) => ({
    ...{ success: true, schedule: await schedules.resume(actor, scheduleId(id)) },
  })),
  runSchedule: operating(async (_, { id }: Id, { actor }) => ({
    ...{ success: true, run: await scheduleRuns.run(actor, scheduleId(id)) },
  })),
});

export const scheduling = (app: App) => ({ query: query(app), mutation: mutation(app) });
