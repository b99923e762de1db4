"use client";
/** The hook that reads names of bots. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { listBots } from "@/generated/calls/fleet/bots";
import { request } from "@/lib/client/api";
import { botKeys } from "./queries.keys";

/** The most ids in one request: they are part of its URL. */
const IDS_MAX = 100;
const NO_NAMES: ReadonlyMap<string, string> = new Map();

/**
 * Names of bots by id, for rows that carry only an id. Bots that were deleted, or that the caller may not see, have no
 * entry.
 */
export function useBotNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const wanted = [...new Set(ids)].sort();
  const { data } = useQuery({
    queryKey: botKeys.names(wanted),
    queryFn: async ({ signal }) => {
      const chunks = Array.from({ length: Math.ceil(wanted.length / IDS_MAX) }, (_, at) =>
        wanted.slice(at * IDS_MAX, (at + 1) * IDS_MAX),
      );
      const pages = await Promise.all(chunks.map((part) => request(listBots, { query: { ids: part.join() }, signal })));
      return new Map(pages.flatMap((page) => page.bots.map(({ id, name }) => [id, name] as const)));
    },
    enabled: wanted.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  return data ?? NO_NAMES;
}
