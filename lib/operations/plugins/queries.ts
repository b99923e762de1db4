"use client";
/** TanStack Query hooks of plugins, for admins. Statistics are fetched every few seconds while the page is visible. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  getPlugin,
  getPluginLog,
  listPlugins,
  putPluginSettings,
  reloadCog,
  rescanPlugins,
  togglePlugin,
} from "@/generated/calls/operations/plugins";
import { request } from "@/lib/client/api";
import type { Plugin, PluginDetail } from "./contract";

const pluginKeys = {
  list: ["plugins", "list"] as const,
  one: (name: string) => ["plugins", "one", name] as const,
  log: (name: string) => ["plugins", "log", name] as const,
};
const REFRESH_MS = 4_000;

export function usePlugins(initial: Plugin[]) {
  return useQuery({
    queryKey: pluginKeys.list,
    queryFn: ({ signal }) => request(listPlugins, { signal }),
    refetchInterval: REFRESH_MS,
    initialData: { plugins: initial, count: initial.length },
  });
}

export function usePlugin(initial: PluginDetail) {
  const { name } = initial;
  return useQuery({
    queryKey: pluginKeys.one(name),
    queryFn: ({ signal }) => request(getPlugin, { params: { name }, signal }),
    refetchInterval: REFRESH_MS,
    initialData: { plugin: initial },
  });
}

/** Pages of a plugin's log, newest first. */
export function usePluginLog(name: string) {
  return useInfiniteQuery({
    queryKey: pluginKeys.log(name),
    queryFn: ({ pageParam, signal }) =>
      request(getPluginLog, {
        params: { name },
        query: { limit: "100", cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: REFRESH_MS,
  });
}

/** Fetches all shown data of plugins again after any change. */
function useChange<In, Out>(mutationFn: (input: In) => Promise<Out>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSettled: () => client.invalidateQueries({ queryKey: ["plugins"] }) });
}

export const useTogglePlugin = () =>
  useChange(({ name, enabled }: { name: string; enabled: boolean }) =>
    request(togglePlugin, { params: { name }, body: { enabled } }),
  );

export const useReloadPlugin = () => useChange((cog_name: string) => request(reloadCog, { body: { cog_name } }));

export const useRescanPlugins = () => useChange((_: undefined) => request(rescanPlugins, {}));

export const usePutPluginSettings = () =>
  useChange(({ name, settings, version }: { name: string; settings: Record<string, unknown>; version: number }) =>
    request(putPluginSettings, {
      params: { name },
      ...{ body: { settings }, version },
    }),
  );
