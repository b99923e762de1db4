"use client";
/**
 * Hooks for the bell, and the live events that keep it and the inbox current. The lists of the inbox have their own hooks in
 * queries.inbox.ts, which pages load later, and settings in queries.settings.ts.
 */
import { type InfiniteData, type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import {
  countUnreadNotifications,
  type listNotifications,
  markAllNotificationsRead,
  markNotificationsRead,
} from "@/generated/calls/community/notifications";
import { type ResponseOf, request } from "@/lib/client/api";
import { useLine } from "@/lib/client/live";
import { useThrottled } from "@/lib/client/throttle";
import type { Notification, NotificationEventData, NotificationEventName } from "./contract";

const REFRESH_MS = 1_000;

export const notificationKeys = {
  all: ["notifications"] as const,
  inbox: ["notifications", "inbox"] as const,
  list: (unread: boolean, limit: number) => ["notifications", "inbox", { unread, limit }] as const,
  unread: ["notifications", "unread"] as const,
  preferences: ["notifications", "preferences"] as const,
  devices: ["notifications", "devices"] as const,
  broadcasts: ["notifications", "broadcasts"] as const,
  preview: ["notifications", "broadcasts", "preview"] as const,
};
type InboxPage = ResponseOf<typeof listNotifications>;
type Inbox = InfiniteData<InboxPage, string | undefined>;

/** The number of unread notifications, live. Also refetched every minute, in case an event was lost. */
export function useUnreadCount() {
  return useQuery({
    queryKey: notificationKeys.unread,
    queryFn: ({ signal }) => request(countUnreadNotifications, { signal }),
    refetchInterval: 60_000,
    staleTime: 30_000,
  });
}

export const setUnread = (client: QueryClient, unread_count: number) =>
  client.setQueryData(notificationKeys.unread, { unread_count });

/**
 * Updates the cached lists. A notification that was just read stays in a list of unread ones until the next refetch.
 */
export function patchInbox(client: QueryClient, patch: (one: Notification) => Notification | null): void {
  client.setQueriesData<Inbox>({ queryKey: notificationKeys.inbox }, (inbox) =>
    inbox
      ? {
          ...inbox,
          pages: inbox.pages.map((page) => ({
            ...page,
            notifications: page.notifications.flatMap((one) => patch(one) ?? []),
          })),
        }
      : inbox,
  );
}

function markRead(client: QueryClient, ids: readonly string[] | null): void {
  const read_at = new Date().toISOString();
  patchInbox(client, (one) => (one.read_at === null && (!ids || ids.includes(one.id)) ? { ...one, read_at } : one));
}

/**
 * Marks some notifications as read (all, with null): shown at once, undone if the server refuses.
 *
 * @param isBackground whether the page marks them by itself, because its person already looks at the subject
 */
export function useMarkRead({ isBackground = false } = {}) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ids: string[] | null) =>
      ids
        ? request(markNotificationsRead, { body: { ids }, isBackground })
        : request(markAllNotificationsRead, { isBackground }),
    onMutate: (ids) => markRead(client, ids),
    onSuccess: ({ unread_count }) => setUnread(client, unread_count),
    onError: () => client.invalidateQueries({ queryKey: notificationKeys.all }),
  });
}

type Handlers = {
  onNotification: (notification: Notification) => void;
  onBroadcast: (broadcast: NotificationEventData<"broadcast">) => void;
};

/** Keeps the inbox current while mounted: once per page, in the shell. Handlers may change between renders. */
export function useNotificationsLive(handlers: Handlers): void {
  const client = useQueryClient();
  const line = useLine();
  const refresh = useThrottled(() => void client.invalidateQueries({ queryKey: notificationKeys.all }), REFRESH_MS);
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    const hear = <E extends NotificationEventName>(name: E, take: (data: NotificationEventData<E>) => void) =>
      line.hear(name, (data) => take(data as NotificationEventData<E>));
    const ends = [
      hear("notification", (heard) => {
        refresh();
        latest.current.onNotification(heard);
      }),
      hear("notification_read", (heard) => {
        setUnread(client, heard.unread_count);
        markRead(client, heard.ids);
      }),
      hear("broadcast", (heard) => {
        void client.invalidateQueries({ queryKey: notificationKeys.broadcasts });
        latest.current.onBroadcast(heard);
      }),
      line.onArrival(({ missed }) => {
        if (missed) refresh();
      }),
    ];
    return () => {
      for (const end of ends) end();
    };
  }, [client, line, refresh]);
}
