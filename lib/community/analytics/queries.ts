"use client";
/** TanStack Query hooks of analytics, and the note of which part of the console is looked at. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  endActiveSession,
  getAnalyticsSettings,
  listActiveSessions,
  putAnalyticsSettings,
  trackPageView,
} from "@/generated/calls/community/analytics";
import { type ResponseOf, request } from "@/lib/client/api";
import { useRefreshingMutation } from "@/lib/client/mutation";
import { pageHeaders } from "@/lib/client/session";
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

type Wishes = Navigator & { globalPrivacyControl?: boolean };

/**
 * Reports to the server which feature of the console was opened: two words of the address. Nothing is sent for people
 * who ask not to be tracked.
 */
export function sendView(pathname: string): void {
  const { doNotTrack, globalPrivacyControl } = navigator as Wishes;
  if (doNotTrack === "1" || globalPrivacyControl) return;
  const path = `/${pathname.split("/").filter(Boolean).slice(0, 2).join("/")}`;
  // Do not use request(): a failed report must not lead to the sign-in page.
  void fetch(trackPageView.path, {
    method: trackPageView.method,
    keepalive: true,
    headers: { "content-type": "application/json", ...pageHeaders() },
    body: JSON.stringify({ path }),
  })
    // Read the response to its end, because the browser otherwise keeps the request open.
    .then((reply) => reply.text())
    .catch(() => {});
}
