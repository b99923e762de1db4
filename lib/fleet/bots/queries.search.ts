"use client";
/** Hooks that search bots, for fields that offer them. */
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { listBots } from "@/generated/calls/fleet/bots";
import { request } from "@/lib/client/api";
import type { Bot } from "@/lib/fleet/bots/contract";
import { BOT_PAGE_MAX } from "./contract.constants";
import { type BotFilters, botKeys } from "./queries.keys";

/** The number of bots that a search box suggests. */
const OFFERED = 20;

export const botSearch = (text: string, limit: number, teamId?: number) =>
  queryOptions({
    queryKey: [...botKeys.search(text, limit), teamId],
    queryFn: ({ signal }) =>
      request(listBots, { query: { search: text || undefined, sort: "name", limit, team_id: teamId }, signal }),
    staleTime: 10_000,
  });

type SearchOptions = { enabled?: boolean; limit?: number; teamId?: number };
/** The first bots whose name or id contains `text`, and the total number of matches. `teamId` leaves out other teams' bots. */
export function useBotSearch(text: string, { enabled = true, limit = OFFERED, teamId }: SearchOptions = {}) {
  return useQuery({ ...botSearch(text, limit, teamId), enabled, placeholderData: keepPreviousData });
}

export type BotTarget = Pick<Bot, "id" | "name">;

/** The bots that fit a filter, as many as one command can go to, and the total number. It is read again every ten seconds. */
export function useBotTargets(filter: Pick<BotFilters, "search" | "status" | "tag" | "team_id">) {
  return useQuery({
    queryKey: botKeys.targets(filter),
    queryFn: ({ signal }) => request(listBots, { query: { ...filter, sort: "name", limit: BOT_PAGE_MAX }, signal }),
    select: ({ bots, count }) => ({ count, bots: bots.map(({ id, name }): BotTarget => ({ id, name })) }),
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });
}
