"use client";
/** The count beside the navigation, and what keeps lists of tickets current. Apart from the room's other hooks, for every page loads it. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useLine } from "@/lib/client/live";
import { useThrottled } from "@/lib/client/throttle";
import { refreshQueue, useTicketCounts } from "./queries";

const REFRESH_MS = 1_000;

/** Keeps lists and counts of tickets current; answers how many tickets hold something unread. */
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
