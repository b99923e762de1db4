"use client";
/** TanStack Query hooks of the configuration; for admins. Sections start from what the page read and stay live. */
import { type QueryClient, useInfiniteQuery, useMutation, useQueries, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import { listConfigChanges, resetConfigSection, undoConfigChange } from "@/generated/calls/core/settings";
import { request } from "@/lib/client/api";
import { useLine } from "@/lib/client/live";
import type { Operation } from "@/lib/core/contract";
import type { ConfigUpdate, SectionName } from "./contract";
import { sectionCall, sectionStateOf } from "./contract.paths";

export type Values = Record<string, unknown>;
/** `by`: the person who saved this state, unless it was the reader. */
export type SectionState = { values: Values; version: number; by?: string };
export type SectionStates = Record<SectionName, SectionState>;

const PAGE = 20;
const keys = {
  section: (name: SectionName) => ["config", "section", name] as const,
  sections: ["config", "section"] as const,
  history: (name: SectionName) => ["config", "history", name] as const,
};

/** Stores a state only if it is newer: the live event and the reply to one's own save arrive in either order. */
function adopt(client: QueryClient, name: SectionName, next: SectionState) {
  client.setQueryData<SectionState>(keys.section(name), (known) =>
    known && known.version >= next.version ? known : next,
  );
  void client.invalidateQueries({ queryKey: keys.history(name) });
}

/** All sections, live. `onNews` hears of each change that was made anywhere. */
export function useSections(initial: SectionStates, onNews: (news: ConfigUpdate) => void): SectionStates {
  const client = useQueryClient();
  const line = useLine();
  const names = Object.keys(initial) as SectionName[];
  // A stable function lets TanStack keep the same object while no section changed, so that the page does not render again.
  const combine = useCallback(
    (all: { data: SectionState }[]) =>
      Object.fromEntries(Object.keys(initial).map((name, at) => [name, all[at]!.data])) as SectionStates,
    [initial],
  );
  const states = useQueries({
    queries: names.map((name) => ({
      queryKey: keys.section(name),
      queryFn: async ({ signal }: { signal: AbortSignal }) =>
        sectionStateOf(await request<Operation>(sectionCall("GET", name), { signal })),
      initialData: initial[name],
      staleTime: Number.POSITIVE_INFINITY,
    })),
    combine,
  });
  useEffect(
    () =>
      line.hear("config_update", (data) => {
        const news = data as ConfigUpdate;
        adopt(client, news.section, { values: news.config, version: news.version, by: news.by });
        onNews(news);
      }),
    [client, line, onNews],
  );
  // Events were missed during an outage, so refetch.
  useEffect(
    () => line.onArrival(({ missed }) => void (missed && client.invalidateQueries({ queryKey: keys.sections }))),
    [client, line],
  );
  return states;
}

/** Updates a section after a refused save has shown that a newer version is stored. */
export function useMovedOn(): (name: SectionName, next: SectionState) => void {
  const client = useQueryClient();
  return (name, next) => adopt(client, name, next);
}

/** Saves some fields, if the section is still at `version`. */
export function useSaveSection() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ name, fields, version }: { name: SectionName; fields: Values; version: number }) =>
      sectionStateOf(
        await request<Operation>(sectionCall("PUT", name), {
          body: { ...fields, version },
        } as never),
      ),
    onSuccess: (next, { name }) => adopt(client, name, next),
  });
}

export function useResetSection() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (section: SectionName) =>
      sectionStateOf(await request(resetConfigSection, { params: { section } })),
    onSuccess: (next, name) => adopt(client, name, next),
  });
}

export function useUndoChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ section, version }: { section: SectionName; version: number }) =>
      sectionStateOf(await request(undoConfigChange, { params: { section }, body: { version } })),
    onSuccess: (next, { section }) => adopt(client, section, next),
  });
}

/** The changes of a section, newest first, twenty at a time. */
export function useSectionHistory(section: SectionName) {
  return useInfiniteQuery({
    queryKey: keys.history(section),
    queryFn: ({ pageParam, signal }) =>
      request(listConfigChanges, {
        params: { section },
        query: { limit: PAGE, before: pageParam },
        signal,
      }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ history }) => (history.length === PAGE ? history.at(-1)?.version : undefined),
  });
}
