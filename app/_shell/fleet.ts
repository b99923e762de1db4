"use client";
import { type InfiniteData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { listBots } from "@/generated/calls/fleet/bots";
import { getStatsOverview } from "@/generated/calls/operations/stats";
import { request } from "@/lib/client/api";
import type { Bot } from "@/lib/fleet/bots/contract";
import { type BotPage, botKeys } from "@/lib/fleet/bots/queries.keys";
import { statsKeys } from "@/lib/operations/stats/queries";

/** Fleets up to this size are shown bot by bot; larger ones by the server's counters. */
const FLEET_MAX = 200;
const REFRESH_MS = 10_000;

/**
 * The fleet as the status strip and the favicon see it. Read every 10 s: the shell does not watch the socket itself,
 * as one socket has one watch and a page narrowed to one bot would then be sent the whole fleet. While a page does
 * watch bots, its live patches reach this list too, because it lies among the cached bot lists.
 */
export function useFleet() {
  const list = useInfiniteQuery<BotPage, Error, InfiniteData<BotPage>, readonly unknown[], string | undefined>({
    queryKey: [...botKeys.lists, "fleet"],
    queryFn: ({ signal }) => request(listBots, { query: { limit: FLEET_MAX }, signal }),
    initialPageParam: undefined,
    getNextPageParam: () => undefined,
    refetchInterval: REFRESH_MS,
    staleTime: REFRESH_MS,
  });
  const overview = useQuery({
    queryKey: statsKeys.overview,
    queryFn: ({ signal }) => request(getStatsOverview, { signal }),
    refetchInterval: REFRESH_MS,
    staleTime: 1_000,
  });
  const page = list.data?.pages[0];
  const complete = page !== undefined && !page.next_cursor;
  return { bots: page?.bots, complete, overview: overview.data, failed: list.isError || overview.isError };
}

/** A bot that was heard from before and is gone, or says of itself that it failed. One never started is no trouble. */
export function isTrouble(bot: Bot): boolean {
  return (bot.status === "offline" && bot.last_active !== null) || /^(error|failed|crashed|critical)$/.test(bot.status);
}
