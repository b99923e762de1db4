/** Resolvers of the caller's inbox. */
import type { App } from "@/lib/app";
import { listNotifications, markNotificationsRead } from "@/lib/community/notifications/contract";
import { type Context, operating } from "@/lib/edge/graphql/context";
import { checked, connectionOf, type PageArgs, paging } from "@/lib/edge/graphql/page";

type List = PageArgs & { unread?: boolean | null; kind?: string | null };
const query = ({ notifications }: App) => ({
  async notifications(_: unknown, { first, after, unread, kind }: List, { actor }: Context) {
    const asked = { ...paging({ first, after }), kind, unread: unread ? "true" : undefined };
    const page = await notifications.page(actor, checked(listNotifications.query, asked));
    return { ...connectionOf(page.items, page.next_cursor), unreadCount: page.unread_count };
  },
  unreadNotifications: async (_: unknown, __: unknown, { actor }: Context) =>
    (await notifications.unread(actor)).unread_count,
});

const mutation = ({ notifications }: App) => ({
  markNotificationsRead: operating((_, { ids }: { ids?: string[] | null }, { actor }) =>
    notifications.markRead(actor, ids ? checked(markNotificationsRead.body, { ids }).ids : null),
  ),
  deleteNotification: operating((_, { id }: { id: string }, { actor }) => notifications.remove(actor, id)),
});

export const inbox = (app: App) => ({ query: query(app), mutation: mutation(app) });
