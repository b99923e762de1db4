"use client";
import { type InfiniteData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useHydrated } from "@/app/_ui/use-hydrated";
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
 * The fleet as the status strip and the favicon show it, read every 10 s. The shell must not watch bots over the
 * socket: a socket has a single watch, so a page that watches one bot would then receive the events of all. While a
 * page watches bots, its live updates reach this list too, because it is among the cached bot lists.
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
  // The shell is rendered while the page still reads the counts. React would find them in the browser's first render only.
  const isHydrated = useHydrated();
  const page = isHydrated ? list.data?.pages[0] : undefined;
  const complete = page !== undefined && !page.next_cursor;
  const failed = list.isError || overview.isError;
  return { bots: page?.bots, complete, overview: isHydrated ? overview.data : undefined, failed };
}

/**
 * Returns whether a bot has a problem: it was connected before and is gone, or it reports an error. A bot that was
 * never started has none.
 */
export function isTrouble(bot: Bot): boolean {
  return (bot.status === "offline" && bot.last_active !== null) || /^(error|failed|crashed|critical)$/.test(bot.status);
}
