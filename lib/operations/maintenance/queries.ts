"use client";
/** TanStack Query hooks of maintenance windows. All live under one key. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  createMaintenanceWindow,
  deleteMaintenanceWindow,
  endMaintenanceWindow,
  listBotMaintenance,
  listMaintenanceWindows,
  updateMaintenanceWindow,
} from "@/generated/calls/operations/maintenance";
import { type BodyOf, request } from "@/lib/client/api";
import { useRefreshingMutation } from "@/lib/client/mutation";

const KEY = ["maintenance"] as const;
/** Windows begin and end by the clock, without an announcement. */
const REFRESH_MS = 15_000;

export type NewWindow = BodyOf<typeof createMaintenanceWindow>;
export type WindowChange = Omit<BodyOf<typeof updateMaintenanceWindow>, "version">;

/** Windows, newest first, page by page. */
export const useWindows = (team_id?: number) =>
  useInfiniteQuery({
    queryKey: [...KEY, "list", team_id],
    queryFn: ({ pageParam, signal }) =>
      request(listMaintenanceWindows, {
        query: { team_id: team_id === undefined ? undefined : String(team_id), limit: 50, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: REFRESH_MS,
  });

/** The newest windows, for marks on charts. */
export const useNewestWindows = (enabled: boolean) =>
  useQuery({
    queryKey: [...KEY, "newest"],
    queryFn: ({ signal }) => request(listMaintenanceWindows, { query: { limit: 100 }, signal }),
    enabled,
    staleTime: REFRESH_MS,
  });

/** The windows that cover a bot now or later. */
export const useBotMaintenance = (bot_id: string) =>
  useQuery({
    queryKey: [...KEY, "bot", bot_id],
    queryFn: ({ signal }) => request(listBotMaintenance, { params: { bot_id }, signal }),
    refetchInterval: REFRESH_MS,
  });

/** Creates a window, or replaces the window `window_id` at the version from which it was edited. */
export function useSaveWindow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ window_id, body, version }: { window_id?: string; body: NewWindow; version?: number }) => {
      const { team_id: _, ...change } = body;
      return window_id
        ? request(updateMaintenanceWindow, { params: { window_id }, body: { ...change, version } })
        : request(createMaintenanceWindow, { body });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

export const useEndWindow = () =>
  useRefreshingMutation((window_id: string) => request(endMaintenanceWindow, { params: { window_id } }), KEY);

export const useRemoveWindow = () =>
  useRefreshingMutation((window_id: string) => request(deleteMaintenanceWindow, { params: { window_id } }), KEY);
