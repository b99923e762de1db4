"use client";
/** TanStack Query hooks of saved views. All live under one key. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { createView, deleteView, listViews, pinView, unpinView, updateView } from "@/generated/calls/fleet/views";
import { type BodyOf, request } from "@/lib/client/api";
import { useRefreshingMutation } from "@/lib/client/mutation";
import type { SavedView } from "./contract";

const KEY = ["views"] as const;
/** Views change seldom, and other members' changes may wait. */
const STALE_MS = 60_000;
const NO_VIEWS: readonly SavedView[] = [];

export type NewView = BodyOf<typeof createView>;

/** The views in the person's sidebar, newest first; `initial` were read on the server. */
export function usePinnedViews(initial?: SavedView[]): readonly SavedView[] {
  const { data } = useQuery({
    queryKey: [...KEY, "pinned"],
    queryFn: async ({ signal }) => (await request(listViews, { query: { pinned: "true", page: "all" }, signal })).views,
    initialData: initial,
    staleTime: STALE_MS,
  });
  return data ?? NO_VIEWS;
}

/** The views of a page of the console that the person sees, newest first. */
export const useViews = (of: SavedView["page"]) =>
  useInfiniteQuery({
    queryKey: [...KEY, "list", of],
    queryFn: ({ pageParam, signal }) => request(listViews, { query: { page: of, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    staleTime: STALE_MS,
  });

export const useCreateView = () => useRefreshingMutation((body: NewView) => request(createView, { body }), KEY);

/** Replaces a view at the version from which it was edited. */
export const useUpdateView = ({ view_id, version }: SavedView) =>
  useRefreshingMutation(
    (body: Omit<BodyOf<typeof updateView>, "version">) =>
      request(updateView, { params: { view_id }, body: { ...body, version } }),
    KEY,
  );

export const useRemoveView = () =>
  useRefreshingMutation((view_id: string) => request(deleteView, { params: { view_id } }), KEY);

/** Adds a view to the sidebar, or removes it from there. */
export const usePinView = () =>
  useRefreshingMutation(({ view_id, isPinned }: { view_id: string; isPinned: boolean }) => {
    const params = { view_id };
    return isPinned ? request(pinView, { params }) : request(unpinView, { params });
  }, KEY);
