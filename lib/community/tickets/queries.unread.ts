"use client";
/**
 * The unread count in the navigation, and the updates of ticket lists. Separate from the room's other hooks, because
 * every page loads it.
 */
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { z } from "zod";
import { countTickets } from "@/generated/calls/community/tickets/desk";
import { request } from "@/lib/client/api";
import { useLine } from "@/lib/client/live";
import { useThrottled } from "@/lib/client/throttle";
import type { listTickets } from "./contract";

export type TicketFilters = Omit<z.input<typeof listTickets.query>, "limit" | "cursor">;

const REFRESH_MS = 1_000;

export const ticketKeys = {
  lists: ["tickets", "list"] as const,
  list: (filters: TicketFilters, limit: number) => ["tickets", "list", filters, limit] as const,
  counts: ["tickets", "counts"] as const,
  one: (ticketId: string) => ["tickets", "one", ticketId] as const,
  options: ["tickets", "options"] as const,
  assignees: ["tickets", "assignees"] as const,
  canned: ["tickets", "canned"] as const,
};

/** The number of tickets per filter, and the number with unread messages. */
export function useTicketCounts() {
  return useQuery({
    queryKey: ticketKeys.counts,
    queryFn: ({ signal }) => request(countTickets, { signal }),
    staleTime: 2_000,
    // Hints arrive live; this interval covers those that were lost.
    refetchInterval: 60_000,
  });
}

/** Refetches lists and counts. */
export function refreshQueue(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: ticketKeys.lists });
  void client.invalidateQueries({ queryKey: ticketKeys.counts });
}

/** Keeps ticket lists and counts current; returns the number of tickets with unread messages. */
export function useUnreadTickets(): number {
  const client = useQueryClient();
  const line = useLine();
  const refresh = useThrottled(() => refreshQueue(client), REFRESH_MS);
  useEffect(() => {
    const ends = [
      line.hear("ticket_list", refresh),
      line.onArrival(({ missed }) => {
        if (missed) refresh();
      }),
    ];
    return () => {
      for (const end of ends) end();
    };
  }, [line, refresh]);
  return useTicketCounts().data?.unread ?? 0;
}
