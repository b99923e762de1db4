"use client";
/** TanStack Query hooks of schedules and their runs. All live under one key. */
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  createSchedule,
  deleteSchedule,
  getSchedule,
  getScheduleRun,
  listScheduleRuns,
  listSchedules,
  pauseSchedule,
  previewSchedule,
  resumeSchedule,
  runSchedule,
  updateSchedule,
} from "@/generated/calls/operations/schedules";
import { type BodyOf, type QueryOf, request } from "@/lib/client/api";
import { useRefreshingMutation } from "@/lib/client/mutation";

const KEY = ["schedules"] as const;
const REFRESH_MS = 10_000;
/** How often the history is read while a run is not over. */
const OPEN_MS = 2_000;

export type ScheduleFilter = Partial<Pick<QueryOf<typeof listSchedules>, "team_id" | "state" | "search">>;
export type NewSchedule = BodyOf<typeof createSchedule>;
export type ScheduleChange = Omit<BodyOf<typeof updateSchedule>, "version">;

/** Schedules, newest first, page by page. Read again every few seconds, because runs begin by the clock. */
export const useScheduleList = (filter: ScheduleFilter) =>
  useInfiniteQuery({
    queryKey: [...KEY, "list", filter],
    queryFn: ({ pageParam, signal }) =>
      request(listSchedules, { query: { ...filter, limit: 50, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });

/** The active schedules that would send a bot a command, the next one first. */
export const useBotSchedules = (bot_id: string) =>
  useQuery({
    queryKey: [...KEY, "bot", bot_id],
    queryFn: ({ signal }) => request(listSchedules, { query: { bot_id }, signal }),
    staleTime: REFRESH_MS,
  });

export const useSchedule = (schedule_id: string) =>
  useQuery({
    queryKey: [...KEY, "one", schedule_id],
    queryFn: ({ signal }) => request(getSchedule, { params: { schedule_id }, signal }),
    refetchInterval: REFRESH_MS,
  });

/** The runs of a schedule, newest first. */
export const useScheduleRuns = (schedule_id: string) =>
  useQuery({
    queryKey: [...KEY, "runs", schedule_id],
    queryFn: ({ signal }) => request(listScheduleRuns, { params: { schedule_id }, query: { limit: 50 }, signal }),
    refetchInterval: ({ state }) => (state.data?.runs.some(({ ended_at }) => ended_at === null) ? OPEN_MS : REFRESH_MS),
  });

/** One run with the outcome on each bot. */
export const useScheduleRun = (schedule_id: string, run_id: string) =>
  useQuery({
    queryKey: [...KEY, "run", run_id],
    queryFn: ({ signal }) => request(getScheduleRun, { params: { schedule_id, run_id }, signal }),
    refetchInterval: ({ state }) => (state.data?.run.ended_at === null ? OPEN_MS : false),
  });

/** The next times of a recurrence, as the server computes them. A refusal names what is wrong with it. */
export const useSchedulePreview = (recurrence: BodyOf<typeof previewSchedule> | null) =>
  useQuery({
    queryKey: [...KEY, "preview", recurrence],
    queryFn: ({ signal }) => request(previewSchedule, { body: recurrence!, signal }),
    enabled: recurrence !== null,
    retry: false,
    staleTime: 30_000,
  });

/** Creates a schedule, or replaces the schedule `schedule_id` at the version from which it was edited. */
export function useSaveSchedule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ schedule_id, body, version }: { schedule_id?: string; body: NewSchedule; version?: number }) => {
      const { team_id, ...change } = body;
      return schedule_id
        ? request(updateSchedule, { params: { schedule_id }, body: { ...change, version } })
        : request(createSchedule, { body });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

/** Pauses or resumes a schedule. */
export const useSetScheduleState = () =>
  useRefreshingMutation(({ schedule_id, to }: { schedule_id: string; to: "pause" | "resume" }) => {
    const params = { schedule_id };
    return to === "pause" ? request(pauseSchedule, { params }) : request(resumeSchedule, { params });
  }, KEY);

/** Runs a schedule now. */
export const useRunSchedule = () =>
  useRefreshingMutation((schedule_id: string) => request(runSchedule, { params: { schedule_id } }), KEY);

/** Deletes a schedule. Only lists are read again: a page that still shows the schedule would not find it. */
export function useRemoveSchedule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (schedule_id: string) => request(deleteSchedule, { params: { schedule_id } }),
    onSuccess: () => {
      for (const lists of ["list", "bot"]) void client.invalidateQueries({ queryKey: [...KEY, lists] });
    },
  });
}
