"use client";
/**
 * The count beside the navigation, and the updates that keep cached alerts current. It is separate from the room's
 * other hooks because every page loads it.
 */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { getAlertSummary } from "@/generated/calls/operations/alerts";
import { request } from "@/lib/client/api";
import { useLine } from "@/lib/client/live";
import { useThrottled } from "@/lib/client/throttle";
import type { ALERT_EVENT } from "./contract";

/** The root query key: all cached data of alerts is below it. */
export const ALERTS = ["alerts"] as const;
const EVENT: typeof ALERT_EVENT = "alert_update";
const REFRESH_MS = 1_000;

/**
 * The number of alerts that are neither resolved nor snoozed, kept current by events and fetched each minute in case
 * one is lost.
 *
 * @param enabled false while alerts are switched off, so that no request is sent
 */
export function useUnresolvedAlerts(enabled: boolean): number {
  const client = useQueryClient();
  const line = useLine();
  const refresh = useThrottled(() => void client.invalidateQueries({ queryKey: ALERTS }), REFRESH_MS);
  useEffect(() => {
    const ends = [
      line.hear(EVENT, () => refresh()),
      line.onArrival(({ missed }) => {
        if (missed) refresh();
      }),
    ];
    return () => {
      for (const end of ends) end();
    };
  }, [line, refresh]);
  const { data } = useQuery({
    queryKey: [...ALERTS, "summary"],
    queryFn: ({ signal }) => request(getAlertSummary, { signal }),
    refetchInterval: 60_000,
    staleTime: 30_000,
    enabled,
  });
  return data?.unresolved ?? 0;
}
