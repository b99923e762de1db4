"use client";
/** TanStack Query hooks of the feeds. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { request } from "@/lib/client/api";
import type { checkRanks, listTracked, MemeSource, Platform, randomMeme, trackPlayer, untrackPlayer } from "./contract";

const TRACKED = ["feeds", "tracked"];

export const useTracked = () =>
  useQuery({
    queryKey: TRACKED,
    queryFn: ({ signal }) => request<typeof listTracked>("GET /api/rocket-league/tracked", { signal }),
    refetchInterval: 60_000,
  });

export function useTrackPlayer() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { platform: Platform; username: string }) =>
      request<typeof trackPlayer>("POST /api/rocket-league/tracked", { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: TRACKED }),
  });
}

export function useUntrackPlayer() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (player_id: string) =>
      request<typeof untrackPlayer>("DELETE /api/rocket-league/tracked/{player_id}", { params: { player_id } }),
    onSuccess: () => client.invalidateQueries({ queryKey: TRACKED }),
  });
}

export function useCheckRanks() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<typeof checkRanks>("POST /api/rocket-league/check-ranks", {}),
    onSettled: () => client.invalidateQueries({ queryKey: TRACKED }),
  });
}

/** Asked for when somebody asks; never again by itself. */
export const useRandomMeme = () =>
  useMutation({
    mutationFn: (source: MemeSource | "") =>
      request<typeof randomMeme>("GET /api/memes/random", { query: source ? { source } : {} }),
  });
