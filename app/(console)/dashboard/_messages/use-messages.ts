"use client";
import { useEffect, useMemo } from "react";
import { parseAsString, useQueryStates } from "@/app/_ui/address-state";
import { useDebounced } from "@/app/_ui/use-debounced";
import type { Message } from "@/lib/fleet/telemetry/contract";
import { useMessageList, useMessagesLive } from "@/lib/fleet/telemetry/queries";
import { typedSearch } from "@/lib/fleet/telemetry/queries.search";

const ENOUGH = 20;
/** A search of many messages is answered in pieces, of which most may be empty. */
const MAX_ASKS = 50;

export type Thread = { key: string; last: Message; count: number };

/** Identifies a thread together with its bot, because two bots may each have a thread "42". */
const threadKey = (message: Message) => `${message.bot_id} ${message.thread_id}`;

function threadsOf(messages: readonly Message[]): Thread[] {
  const threads = new Map<string, Thread>();
  for (const message of messages) {
    const known = threads.get(threadKey(message));
    if (known) known.count++;
    else threads.set(threadKey(message), { key: threadKey(message), last: message, count: 1 });
  }
  return [...threads.values()];
}

/** The filters, kept in the address (`?bot=&thread=&search=`). `botId`: the page's own bot. */
export function useMessageFilters(botId: string | undefined) {
  const [state, setState] = useQueryStates(
    { bot: parseAsString, thread: parseAsString, search: parseAsString.withDefault("") },
    { history: "replace" },
  );
  const search = useDebounced(typedSearch(state.search.trimStart()).trim());
  return {
    state,
    set: setState,
    bot: botId ?? state.bot ?? undefined,
    search: search || undefined,
    isFiltered: Boolean(search || state.thread || (!botId && state.bot)),
    clear: () => void setState({ bot: null, thread: null, search: null }),
  };
}

export type MessageFilterState = ReturnType<typeof useMessageFilters>;

/** The messages that match the filters, and the threads of all loaded messages; both are live. */
export function useMessages({ bot, search, state }: MessageFilterState) {
  const all = { bot_id: bot, search };
  const filters = { ...all, thread_id: state.thread ?? undefined };
  useMessagesLive(all);
  useMessagesLive(filters);
  const list = useMessageList(filters);
  const overall = useMessageList(all);
  const messages = list.data?.pages.flatMap((page) => page.messages) ?? [];
  // A rare search term may give a page with no match although more pages follow, so load on until something is found.
  const { hasNextPage, isFetching, fetchNextPage } = list;
  const isLooking = messages.length < ENOUGH && hasNextPage && (list.data?.pages.length ?? 0) < MAX_ASKS;
  useEffect(() => {
    if (isLooking && !isFetching) void fetchNextPage();
  }, [isLooking, isFetching, fetchNextPage]);
  const threads = useMemo(() => threadsOf(overall.data?.pages.flatMap((page) => page.messages) ?? []), [overall.data]);
  const isUnknown = list.data === undefined || (isLooking && messages.length === 0);
  return {
    list,
    messages,
    threads,
    /** Undefined while nothing has been found yet. */ found: isUnknown ? undefined : messages,
  };
}
