"use client";
/** TanStack Query hook of series, built from their contract. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getSeries } from "@/generated/calls/fleet/series";
import { request } from "@/lib/client/api";
import type { SeriesAnswer } from "./contract";

export type { OneSeries, SeriesAnswer } from "./contract";

/** Figures are stored every 10 s, so finer buckets than this change no sooner. */
const FINE_REFRESH_MS = 15_000;
const COARSE_REFRESH_MS = 60_000;

/** Both ends are ISO times or spans back from now, such as "24h". Without `to` the range ends now. */
type Asked = { bot_id?: string; names?: readonly string[]; from: string; to?: string };

/**
 * The series of a bot, or of all bots that the caller may see, over a range. A range that ends now keeps itself current.
 * Undefined asks for nothing.
 */
export function useSeries(asked: Asked | undefined) {
  const { bot_id, names, from, to } = asked ?? { from: "" };
  return useQuery<SeriesAnswer>({
    queryKey: ["series", bot_id ?? "", names?.join() ?? "", from, to ?? ""],
    queryFn: ({ signal }) => request(getSeries, { query: { bot_id, names: names?.join(), from, to }, signal }),
    enabled: asked !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 5_000,
    refetchInterval: ({ state }) =>
      to === undefined && (state.data?.step === "minute" ? FINE_REFRESH_MS : COARSE_REFRESH_MS),
  });
}
