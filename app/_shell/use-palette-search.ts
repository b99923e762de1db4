"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDebounced } from "@/app/_ui/use-debounced";
import { listTickets } from "@/generated/calls/community/tickets";
import { listBots } from "@/generated/calls/fleet/bots";
import { request } from "@/lib/client/api";
import { cutText } from "@/lib/core/format/text";
import { useCommand } from "@/lib/fleet/commands/queries";
import { readAsk, readCommandId } from "./palette-verbs";

/**
 * Searches bots and tickets on the server for the typed text, and reads the command whose id was typed. Without text it
 * returns the first bots. With an action, such as "restart greeter", it searches bots only.
 */
export function usePaletteSearch(text: string, isOpen: boolean) {
  const typed = useDebounced(text, 150);
  const { verb, search } = readAsk(typed);
  const command = useCommand(isOpen ? readCommandId(typed) : null);
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
    enabled: isOpen && search !== "" && !verb,
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
  return {
    bots: bots.data?.bots ?? [],
    tickets: search === "" || verb ? [] : (tickets.data?.tickets ?? []),
    command: command.data?.command,
    verb,
    /** Changes whenever results arrive. */
    results: bots.dataUpdatedAt + tickets.dataUpdatedAt + command.dataUpdatedAt,
    /** Whether something was typed that names bots. */
    isNamed: search !== "",
    isFetching: bots.isFetching || tickets.isFetching || command.isFetching,
    isError: bots.isError,
  };
}
