"use client";
/** TanStack Query hooks of the feeds. */
import { useMutation, useQuery } from "@tanstack/react-query";
import {
  checkRanks,
  getRandomMeme,
  listTrackedPlayers,
  trackPlayer,
  untrackPlayer,
} from "@/generated/calls/community/feeds";
import { request } from "@/lib/client/api";
import { useRefreshingMutation } from "@/lib/client/mutation";
import type { MemeSource, Platform } from "./contract";

const TRACKED = ["feeds", "tracked"];

export const useTracked = () =>
  useQuery({
    queryKey: TRACKED,
    queryFn: ({ signal }) => request(listTrackedPlayers, { signal }),
    refetchInterval: 60_000,
  });

export const useTrackPlayer = () =>
  useRefreshingMutation((body: { platform: Platform; username: string }) => request(trackPlayer, { body }), TRACKED);

export const useUntrackPlayer = () =>
  useRefreshingMutation((player_id: string) => request(untrackPlayer, { params: { player_id } }), TRACKED);

export const useCheckRanks = () => useRefreshingMutation(() => request(checkRanks, {}), TRACKED);

/** Loads on request only, and never refetches by itself. */
export const useRandomMeme = () =>
  useMutation({
    mutationFn: (source: MemeSource | "") => request(getRandomMeme, { query: source ? { source } : {} }),
  });
