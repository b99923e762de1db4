"use client";
/**
 * TanStack Query hooks of the bots domain, built from its contract, and the live patching of their cache. Names, searches and
 * changes have hooks in files of their own, because most pages load only some of them.
 */
import {
  type InfiniteData,
  keepPreviousData,
  type QueryClient,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { getBotInfo, getBotUptime, listBots } from "@/generated/calls/fleet/bots";
import { request } from "@/lib/client/api";
import { type LiveEvent, useLive } from "@/lib/client/live";
import { setLiveData } from "@/lib/client/live-data";
import { useRefill, useThrottled } from "@/lib/client/throttle";
import type { Bot } from "@/lib/fleet/bots/contract";
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

export function forgetBot(client: QueryClient, botId: string) {
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
      setLiveData(client, botKeys.settings(event.data.bot_id), () => ({ settings, version }));
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
      setLiveData<BotInfo>(
        client,
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
