"use client";
/** TanStack Query hooks of analytics. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  endActiveSession,
  getAnalyticsSettings,
  listActiveSessions,
  putAnalyticsSettings,
} from "@/generated/calls/community/analytics";
import { type ResponseOf, request } from "@/lib/client/api";
import { useRefreshingMutation } from "@/lib/client/mutation";
import type { AnalyticsSettings } from "@/lib/community/analytics/contract";

const analyticsKeys = {
  sessions: ["analytics", "sessions"] as const,
  settings: ["analytics", "settings"] as const,
};

/** People who are active now, read every 10 s while the page is visible; for admins. */
export function useActiveSessions(initialData: ResponseOf<typeof listActiveSessions>) {
  return useQuery({
    initialData,
    queryKey: analyticsKeys.sessions,
    queryFn: ({ signal }) => request(listActiveSessions, { signal }),
    refetchInterval: 10_000,
  });
}

/** Signs a running session out. */
export const useEndActiveSession = () =>
  useRefreshingMutation(
    (session_id: string) => request(endActiveSession, { params: { session_id } }),
    analyticsKeys.sessions,
  );

export function useAnalyticsSettings(initialData: AnalyticsSettings & { version: number }) {
  return useQuery({
    initialData,
    queryKey: analyticsKeys.settings,
    queryFn: ({ signal }) => request(getAnalyticsSettings, { signal }),
  });
}

export function usePutAnalyticsSettings() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ body, version }: { body: AnalyticsSettings; version?: number }) =>
      request(putAnalyticsSettings, { body, version }),
    onSuccess: (settings) => client.setQueryData(analyticsKeys.settings, settings),
  });
}
