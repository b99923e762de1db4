"use client";
/** TanStack Query hooks for logs, messages and synced data. The log viewer keeps its own buffer and uses `fetchLogs`. */
import { type InfiniteData, keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { exportLogs, getBotData, listLogs, listMessages } from "@/generated/calls/fleet/telemetry";
import { apiPath, type ResponseOf, request } from "@/lib/client/api";
import { useLive } from "@/lib/client/live";
import { useRefill } from "@/lib/client/throttle";
import type { Log, Message } from "@/lib/fleet/telemetry/contract";
import { matches, parseSearch } from "@/lib/fleet/telemetry/search/tokenize";

/** Filters of logs that the server applies; `after` and `before` take ISO times or spans such as 1h. */
export type LogFilters = {
  bot_id?: string;
  bot_ids?: string;
  level?: string;
  search?: string;
  q?: string;
  after?: string;
  before?: string;
};
export type LogPage = ResponseOf<typeof listLogs>;
export type MessageFilters = { bot_id?: string; thread_id?: string; search?: string };
type MessagePage = ResponseOf<typeof listMessages>;

const MESSAGE_PAGE = 100;
const MAX_ASKS = 5;
/** A list with this many live rows on top is fetched again, so that a page left open does not grow for ever. */
const LIVE_MAX = 500;

const telemetryKeys = {
  errors: (botId: string | undefined, limit: number) => ["logs", "errors", botId ?? "", limit] as const,
  messages: (filters: MessageFilters) => ["messages", "list", filters] as const,
  data: (botId: string) => ["bots", "data", botId] as const,
};

/** One page of logs: newest first with `cursor`, or the logs after the id `since` (oldest first). */
export function fetchLogs(
  filters: LogFilters,
  page: { limit: number; cursor?: string; since?: string },
  signal?: AbortSignal,
): Promise<LogPage> {
  return request(listLogs, { query: { ...filters, ...page }, signal });
}

/** Returns the download link for all logs that match the filter, oldest first. */
export function exportLogsHref(filters: LogFilters, format: "ndjson" | "csv" | "json", limit: number): string {
  return apiPath(exportLogs, {}, { ...filters, limit, format, ...(format === "csv" && { bom: "1" }) });
}

/**
 * The newest lines that match, at most `limit` of them. The server searches only a limited number of rows per call, and
 * the lines may be far back, so it is asked several times.
 */
export async function fetchNewest(filters: LogFilters, limit: number, signal?: AbortSignal): Promise<LogPage> {
  let page = await fetchLogs(filters, { limit }, signal);
  for (let asked = 1; asked < MAX_ASKS && page.logs.length < limit && page.next_cursor !== null; asked++) {
    const range = { limit: limit - page.logs.length, cursor: page.next_cursor };
    const next = await fetchLogs(filters, range, signal);
    page = { ...next, logs: [...page.logs, ...next.logs] };
  }
  return page;
}

/** The latest error lines, of one bot or of all. */
export function useRecentErrors(botId: string | undefined, limit: number, initial?: LogPage) {
  return useQuery({
    queryKey: telemetryKeys.errors(botId, limit),
    queryFn: ({ signal }) => fetchNewest({ bot_id: botId, level: "error" }, limit, signal),
    initialData: initial,
    staleTime: 5_000,
  });
}

/** Puts live error lines on top of `useRecentErrors` with the same arguments. */
export function useRecentErrorsLive(botId: string | undefined, limit: number): void {
  const client = useQueryClient();
  const key = telemetryKeys.errors(botId, limit);
  const refill = useRefill(key);
  useLive(["logs"], { bot_id: botId, onGap: refill }, (events) => {
    const errors: Log[] = events.flatMap((event) =>
      event.name === "new_log" && event.data.type === "error" ? [event.data] : [],
    );
    if (errors.length === 0) return;
    client.setQueryData<LogPage>(key, (page) => {
      if (!page) return page;
      const logs = [...errors.filter((log) => !page.logs.some((known) => known.id === log.id)), ...page.logs];
      return { ...page, logs: logs.sort((a, b) => b.id - a.id).slice(0, limit) };
    });
  });
}

/** Messages the caller may see, newest first, page by page (keyset). */
export function useMessageList(filters: MessageFilters) {
  return useInfiniteQuery({
    queryKey: telemetryKeys.messages(filters),
    queryFn: ({ pageParam, signal }) =>
      request(listMessages, {
        query: { ...filters, limit: MESSAGE_PAGE, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: 2_000,
  });
}

/** Puts live messages on top of the cached list of the same filters. */
export function useMessagesLive(filters: MessageFilters): void {
  const client = useQueryClient();
  const key = telemetryKeys.messages(filters);
  const refill = useRefill(key);
  useLive(["messages"], { bot_id: filters.bot_id, onGap: refill }, (events) => {
    const arrived: Message[] = events.flatMap((event) =>
      event.name === "new_message" && fits(event.data, filters) ? [event.data] : [],
    );
    if (arrived.length === 0) return;
    const patched = client.setQueryData<InfiniteData<MessagePage>>(key, (data) => {
      const first = data?.pages[0];
      if (!data || !first) return data;
      const known = new Set(first.messages.map((message) => message.id));
      const messages = [...arrived.filter((message) => !known.has(message.id)).reverse(), ...first.messages];
      return { ...data, pages: [{ ...first, messages }, ...data.pages.slice(1)] };
    });
    if ((patched?.pages[0]?.messages.length ?? 0) > LIVE_MAX) void client.invalidateQueries({ queryKey: key });
  });
}

function fits(message: Message, filters: MessageFilters): boolean {
  const search = parseSearch(filters.search);
  return (
    (!filters.bot_id || filters.bot_id === message.bot_id) &&
    (!filters.thread_id || filters.thread_id === message.thread_id) &&
    (!search || matches(message.message, search))
  );
}

/** The data that a bot last synced: groups, friends, metadata. */
export function useBotData(botId: string) {
  const client = useQueryClient();
  const key = telemetryKeys.data(botId);
  const refill = useRefill(key);
  useLive(["bots"], { bot_id: botId, onGap: refill }, (events) => {
    const synced = events.some(
      (event) => event.name === "bot_data_sync" || (event.name === "bot_update" && event.data.action === "data_sync"),
    );
    if (synced) void client.invalidateQueries({ queryKey: key });
  });
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => request(getBotData, { params: { bot_id: botId }, signal }),
    staleTime: 5_000,
  });
}
