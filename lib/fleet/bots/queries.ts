"use client";
/** TanStack Query hooks of the bots domain, built from its contract, and the live patching of their cache. */
import {
  type InfiniteData,
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQueries,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useMemo } from "react";
import {
  createBot,
  deleteBot,
  getBotInfo,
  getBotSettings,
  getBotToken,
  getBotUptime,
  listBots,
  putBotSettings,
  regenerateBotToken,
  transferBot,
  updateBot,
} from "@/generated/calls/fleet/bots";
import { type BodyOf, request } from "@/lib/client/api";
import { type LiveEvent, useLive } from "@/lib/client/live";
import { useRefreshingMutation } from "@/lib/client/mutation";
import { useRefill, useThrottled } from "@/lib/client/throttle";
import { writeJson } from "@/lib/core/format/json";
import type { Bot } from "@/lib/fleet/bots/contract";
import { BOT_PAGE_MAX } from "./contract.constants";
import { type BotFilters, type BotInfo, type BotPage, botKeys, type UptimeHours } from "./queries.keys";

export type { BotFilters, BotInfo, BotPage, UptimeHours } from "./queries.keys";

const PAGE = 200;

/** The bots the caller may see, page by page (keyset); `initial` is a first page read on the server. */
export function useBotList(filters: BotFilters, options: { initial?: BotPage; pageSize?: number } = {}) {
  const limit = options.pageSize ?? PAGE;
  return useInfiniteQuery({
    queryKey: botKeys.list(filters, limit),
    queryFn: ({ pageParam, signal }) => request(listBots, { query: { ...filters, limit, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    initialData: options.initial && { pages: [options.initial], pageParams: [undefined] },
    staleTime: 5_000,
  });
}

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

/** The number of bots that a search box suggests. */
const OFFERED = 20;

const botSearch = (text: string, limit: number, teamId?: number) =>
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

/** The same for several texts at once. `found` has the texts that were looked up. */
export function useBotSearches(texts: readonly string[], limit: number) {
  const searches = useQueries({ queries: texts.map((text) => botSearch(text, limit)) });
  const version = writeJson([texts, searches.map((search) => search.dataUpdatedAt)]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` stands for the texts and their answers
  const found = useMemo(
    () => new Map(texts.flatMap((text, at) => (searches[at]?.data ? [[text, searches[at].data] as const] : []))),
    [version],
  );
  return { found, isPending: searches.some((search) => search.isPending) };
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

/** One bot with its command counts. */
export function useBotInfo(botId: string, initial?: BotInfo) {
  return useQuery({
    queryKey: botKeys.info(botId),
    queryFn: ({ signal }) => request(getBotInfo, { params: { bot_id: botId }, signal }),
    initialData: initial,
    staleTime: 2_000,
    enabled: botId !== "",
  });
}

/**
 * A bot's heartbeat bar: share of online time in equal slots over the last `hours`. `live: false` fetches it once, not
 * every minute.
 */
export function useBotUptime(botId: string, hours: UptimeHours, options: { enabled?: boolean; live?: boolean } = {}) {
  return useQuery({
    queryKey: botKeys.uptime(botId, hours),
    queryFn: ({ signal }) =>
      request(getBotUptime, {
        params: { bot_id: botId },
        query: { hours },
        signal,
      }),
    staleTime: 60_000,
    refetchInterval: options.live === false ? false : 60_000,
    enabled: options.enabled ?? true,
  });
}

/** A bot's settings object and its version. */
export function useBotSettings(botId: string) {
  return useQuery({
    queryKey: botKeys.settings(botId),
    queryFn: ({ signal }) => request(getBotSettings, { params: { bot_id: botId }, signal }),
    refetchOnWindowFocus: "always",
  });
}

/** Reads a bot's token when a person asks to see it. The token is never kept in the query cache. */
export function useRevealBotToken(botId: string) {
  return useMutation({
    mutationFn: () => request(getBotToken, { params: { bot_id: botId } }),
    gcTime: 0,
  });
}

/** Replaces a bot's token; the old one stops working at once. */
export function useRegenerateBotToken(botId: string) {
  return useMutation({
    mutationFn: () => request(regenerateBotToken, { params: { bot_id: botId } }),
    gcTime: 0,
  });
}

export function useCreateBot() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: BodyOf<typeof createBot>) => request(createBot, { body }),
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: botKeys.lists }),
  });
}

/** Renames a bot or replaces its metadata. */
export function useUpdateBot(botId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ body, version }: { body: BodyOf<typeof updateBot>; version: number }) =>
      request(updateBot, { params: { bot_id: botId }, body, version }),
    onSuccess: () => client.invalidateQueries({ queryKey: botKeys.all }),
  });
}

/** Deletes a bot with all its stored data. */
export function useDeleteBot() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (botId: string) => removeBot(botId),
    onSuccess: (_, botId) => forgetBot(client, botId),
  });
}

/** Gives a bot to another team or person. */
export function useTransferBot(botId: string) {
  return useRefreshingMutation(
    (body: BodyOf<typeof transferBot>) => request(transferBot, { params: { bot_id: botId }, body }),
    botKeys.all,
    ["grants", botId],
  );
}

/** The delete call itself, for bulk actions. */
export function removeBot(botId: string) {
  return request(deleteBot, { params: { bot_id: botId } });
}

export function usePutBotSettings(botId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ body, version }: { body: Record<string, unknown>; version: number }) =>
      request(putBotSettings, { params: { bot_id: botId }, body, version }),
    onSuccess: ({ settings, version }) => client.setQueryData(botKeys.settings(botId), { settings, version }),
  });
}

function mapBots(client: QueryClient, change: (bots: Bot[]) => Bot[]) {
  client.setQueriesData<InfiniteData<BotPage>>({ queryKey: botKeys.lists }, (data) => {
    if (!data) return data;
    let changed = false;
    const pages = data.pages.map((page) => {
      const bots = change(page.bots);
      if (bots === page.bots) return page;
      changed = true;
      return { ...page, bots, count: page.count - (page.bots.length - bots.length) };
    });
    return changed ? { ...data, pages } : data;
  });
}

function forgetBot(client: QueryClient, botId: string) {
  mapBots(client, (bots) => (bots.some((bot) => bot.id === botId) ? bots.filter((bot) => bot.id !== botId) : bots));
  client.removeQueries({ queryKey: botKeys.info(botId) });
}

/** Writes live bot events into the cache. Returns whether a list may now lack a bot. */
function patchBots(client: QueryClient, events: LiveEvent[]): boolean {
  const latest = new Map<string, Bot>();
  let unknown = false;
  for (const event of events) {
    if (event.name === "settings_update") {
      const { settings, version } = event.data;
      client.setQueryData(botKeys.settings(event.data.bot_id), { settings, version });
    }
    if (event.name !== "bot_update") continue;
    if (event.data.action === "delete") {
      latest.delete(event.data.bot_id);
      forgetBot(client, event.data.bot_id);
    } else {
      if (event.data.action === "register") unknown = true;
      latest.set(event.data.bot_id, event.data.bot);
    }
  }
  if (latest.size > 0) {
    mapBots(client, (bots) =>
      bots.some((bot) => latest.has(bot.id)) ? bots.map((bot) => latest.get(bot.id) ?? bot) : bots,
    );
    for (const bot of latest.values()) {
      client.setQueryData<BotInfo>(
        botKeys.info(bot.id),
        (info) => info && { ...info, bot, online: bot.status !== "offline" },
      );
    }
  }
  return unknown;
}

/** Keeps every cached bot current: status at once, list membership and counters by a throttled refetch. */
export function useBotsLive(): void {
  const client = useQueryClient();
  const refetchLists = useThrottled(() => client.invalidateQueries({ queryKey: botKeys.lists }), 15_000);
  const refetchSoon = useThrottled(() => client.invalidateQueries({ queryKey: botKeys.lists }), 1_500);
  useLive(["bots", "commands"], { onGap: useRefill(botKeys.all) }, (events) => {
    if (patchBots(client, events)) refetchSoon();
    // Bot rows include the counts of pending and failed commands, which change without a bot event.
    else refetchLists();
  });
}

/** Keeps one bot's cached details live. */
export function useBotLive(botId: string): void {
  const client = useQueryClient();
  const refetch = useThrottled(() => client.invalidateQueries({ queryKey: botKeys.info(botId) }), 2_000);
  useLive(["bots", "commands", "logs"], { bot_id: botId, onGap: refetch }, (events) => {
    patchBots(client, events);
    if (events.some((event) => event.name !== "bot_update")) refetch();
  });
}
