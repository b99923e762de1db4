"use client";
/** Hooks for preferences, devices and broadcasts. Separate from the inbox's hooks, which every page loads. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  deletePushDevice,
  getNotificationPreferences,
  listBroadcasts,
  listPushDevices,
  previewBroadcast,
  putNotificationPreferences,
  sendBroadcast,
  testPushDevice,
} from "@/generated/calls/community/notifications";
import { type BodyOf, request } from "@/lib/client/api";
import { useRefreshingMutation } from "@/lib/client/mutation";
import type { Channel, Kind, PreferenceSheet } from "./contract";
import { notificationKeys } from "./queries";

export function usePreferences() {
  return useQuery({
    queryKey: notificationKeys.preferences,
    queryFn: ({ signal }) => request(getNotificationPreferences, { signal }),
    staleTime: 60_000,
  });
}

/** Changes one switch: shown at once, reverted if the server refuses. */
export function usePutPreference() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ kind, channel, on }: { kind: Kind; channel: Channel; on: boolean }) =>
      request(putNotificationPreferences, { body: { [kind]: { [channel]: on } } }),
    onMutate: ({ kind, channel, on }) => {
      client.setQueryData<PreferenceSheet>(notificationKeys.preferences, (sheet) =>
        sheet
          ? { ...sheet, preferences: { ...sheet.preferences, [kind]: { ...sheet.preferences[kind], [channel]: on } } }
          : sheet,
      );
    },
    onSettled: () => client.invalidateQueries({ queryKey: notificationKeys.preferences }),
  });
}

export function useDevices() {
  return useQuery({
    queryKey: notificationKeys.devices,
    queryFn: ({ signal }) => request(listPushDevices, { signal }),
  });
}

export const useRemoveDevice = () =>
  useRefreshingMutation(
    (device_id: string) => request(deletePushDevice, { params: { device_id } }),
    notificationKeys.devices,
  );

/** Sends a test message to a device; the answer comes from the push service. */
export const useTestDevice = () =>
  useRefreshingMutation(
    (device_id: string) => request(testPushDevice, { params: { device_id } }),
    notificationKeys.devices,
  );

/** The number of people a broadcast would reach; for admins. */
export function useBroadcastPreview() {
  return useQuery({
    queryKey: notificationKeys.preview,
    queryFn: ({ signal }) => request(previewBroadcast, { signal }),
  });
}

/** Lists broadcasts for admins; refetched while one is being sent. */
export function useBroadcasts() {
  return useQuery({
    queryKey: notificationKeys.broadcasts,
    queryFn: ({ signal }) => request(listBroadcasts, { query: { limit: 50 }, signal }),
    refetchInterval: ({ state }) => (state.data?.broadcasts.some((one) => !one.finished_at) ? 1_500 : false),
  });
}

export const useSendBroadcast = () =>
  useRefreshingMutation(
    (body: BodyOf<typeof sendBroadcast>) => request(sendBroadcast, { body }),
    notificationKeys.broadcasts,
  );
