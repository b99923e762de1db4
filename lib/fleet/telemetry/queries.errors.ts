"use client";
/** TanStack Query hook of the errors within a range. */
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useLive } from "@/lib/client/live";
import { useThrottled } from "@/lib/client/throttle";
import { isLiveRange, rangeQuery, type TimeRange } from "@/lib/core/format/time-range";
import { fetchNewest } from "./queries";

const ERROR_TYPES = ["error", "critical"];
/** Levels that count as errors on charts and in lists, as filters name them. */
export const ERROR_LEVELS = ERROR_TYPES.join();
const LINES_MAX = 200;
const REFRESH_MS = 5_000;

/** The newest error lines of a range, of one bot or of all. `isWhole` says whether there are no others. */
export function useErrorsIn(range: TimeRange, botId?: string) {
  const client = useQueryClient();
  const key = ["logs", "errors_in", botId ?? "", range.from, range.to];
  const refetch = useThrottled(() => void client.invalidateQueries({ queryKey: key }), REFRESH_MS);
  useLive(["logs"], { bot_id: botId, onGap: refetch }, (events) => {
    const isError = events.some((event) => event.name === "new_log" && ERROR_TYPES.includes(event.data.type));
    if (isError && isLiveRange(range)) refetch();
  });
  return useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const { from, to } = rangeQuery(range);
      const filters = { bot_id: botId, level: ERROR_LEVELS, after: from, ...(to !== undefined && { before: to }) };
      const { logs, next_cursor } = await fetchNewest(filters, LINES_MAX, signal);
      return { logs, isWhole: next_cursor === null };
    },
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
}
