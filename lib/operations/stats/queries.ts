"use client";
/** TanStack Query hooks of the statistics, built from their contract. */
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { getBotStats, getServerStats, getStatsOverview } from "@/generated/calls/operations/stats";
import { type ResponseOf, request } from "@/lib/client/api";
import { useLive } from "@/lib/client/live";
import { useThrottled } from "@/lib/client/throttle";
import type { StatsOverview } from "@/lib/operations/stats/contract";

export const statsKeys = {
  overview: ["stats", "overview"] as const,
  bot: (botId: string) => ["stats", "bot", botId] as const,
};

/** The counts of the dashboard, fetched again at most every 2 s while events arrive. */
export function useOverview(initial?: StatsOverview) {
  const client = useQueryClient();
  const refetch = useThrottled(() => client.invalidateQueries({ queryKey: statsKeys.overview }), 2_000);
  useLive(["bots", "commands", "logs", "messages"], { onGap: refetch }, refetch);
  return useQuery({
    queryKey: statsKeys.overview,
    queryFn: ({ signal }) => request(getStatsOverview, { signal }),
    initialData: initial,
    staleTime: 1_000,
    refetchInterval: 30_000,
  });
}

/** One bot's counts, and how often each command type was sent to it, which the command form uses for suggestions. */
export function useBotStats(botId: string, enabled = true) {
  return useQuery({
    queryKey: statsKeys.bot(botId),
    queryFn: ({ signal }) => request(getBotStats, { params: { bot_id: botId }, signal }),
    staleTime: 10_000,
    enabled,
  });
}

/** The server's statistics and, for staff, the analytics of the last `days` days (0: all time); fetched every 30 s. */
export function useServerStats(days: number, initial?: ResponseOf<typeof getServerStats>) {
  return useQuery({
    queryKey: ["stats", "server", days],
    queryFn: ({ signal }) => request(getServerStats, { query: { days }, signal }),
    initialData: initial?.days === days ? initial : undefined,
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
}
