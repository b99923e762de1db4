"use client";
/** TanStack Query hooks of the feeds. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  checkRanks,
  getRandomMeme,
  listTrackedPlayers,
  trackPlayer,
  untrackPlayer,
} from "@/generated/calls/community/feeds";
import { request } from "@/lib/client/api";
import type { MemeSource, Platform } from "./contract";

const TRACKED = ["feeds", "tracked"];

export const useTracked = () =>
  useQuery({
    queryKey: TRACKED,
    queryFn: ({ signal }) => request(listTrackedPlayers, { signal }),
    refetchInterval: 60_000,
  });

export function useTrackPlayer() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { platform: Platform; username: string }) => request(trackPlayer, { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: TRACKED }),
  });
}

export function useUntrackPlayer() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (player_id: string) => request(untrackPlayer, { params: { player_id } }),
    onSuccess: () => client.invalidateQueries({ queryKey: TRACKED }),
  });
}

export function useCheckRanks() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request(checkRanks, {}),
    onSettled: () => client.invalidateQueries({ queryKey: TRACKED }),
  });
}

/** Asked for when somebody asks; never again by itself. */
export const useRandomMeme = () =>
  useMutation({
    mutationFn: (source: MemeSource | "") => request(getRandomMeme, { query: source ? { source } : {} }),
  });
