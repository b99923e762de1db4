"use client";
/** Hooks for the lists of the inbox. Live events reach them through queries.ts. */
import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { deleteNotification, listNotifications } from "@/generated/calls/community/notifications";
import { request } from "@/lib/client/api";
import { notificationKeys, patchInbox, setUnread } from "./queries";

const PAGE = 30;

/** The inbox, newest first, page by page (keyset). */
export function useInbox({ unread, limit = PAGE }: { unread: boolean; limit?: number }) {
  return useInfiniteQuery({
    queryKey: notificationKeys.list(unread, limit),
    queryFn: ({ pageParam, signal }) =>
      request(listNotifications, {
        query: { limit, cursor: pageParam, unread: unread ? "true" : undefined },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}

export function useDeleteNotification() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      request(deleteNotification, {
        params: { notification_id: id },
      }),
    onMutate: (id) => patchInbox(client, (one) => (one.id === id ? null : one)),
    onSuccess: ({ unread_count }) => setUnread(client, unread_count),
    onError: () => client.invalidateQueries({ queryKey: notificationKeys.all }),
  });
}
