"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDebounced } from "@/app/_ui/use-debounced";
import { listTickets } from "@/generated/calls/community/tickets";
import { listBots } from "@/generated/calls/fleet/bots";
import { request } from "@/lib/client/api";
import { cutText } from "@/lib/core/format/text";

/** Searches bots and tickets on the server for the typed text. Without text it returns the first bots. */
export function usePaletteSearch(text: string, isOpen: boolean) {
  const search = useDebounced(text.trim(), 150);
  const bots = useQuery({
    queryKey: ["bots", "palette", search],
    queryFn: ({ signal }) =>
      request(listBots, {
        query: { search: search || undefined, limit: 8, sort: "name" },
        signal,
      }),
    enabled: isOpen,
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
  const tickets = useQuery({
    queryKey: ["tickets", "palette", search],
    queryFn: ({ signal }) => request(listTickets, { query: { q: cutText(search, 100, ""), limit: 5 }, signal }),
    enabled: isOpen && search !== "",
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
  return {
    bots: bots.data?.bots ?? [],
    tickets: search === "" ? [] : (tickets.data?.tickets ?? []),
    isFetching: bots.isFetching || tickets.isFetching,
    isError: bots.isError,
  };
}
