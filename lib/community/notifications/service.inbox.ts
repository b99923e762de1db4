/** A person's own inbox, and the messages sent to their devices and mailbox. */
import { type Actor, asUser } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import { afterNumber, rowsOf, shownPage } from "@/lib/core/pages";
import type { Kind } from "./contract";
import { toDelivery } from "./sending/store";
import type { Deps } from "./service.common";
import { toNotification } from "./store";

type InboxQuery = { limit: number; cursor?: string; unread?: "true" | "false"; kind?: Kind };

export function createInbox({ store, queue, emit, now }: Pick<Deps, "store" | "queue" | "emit" | "now">) {
  async function page(actor: Actor, { limit, cursor, unread, kind }: InboxQuery) {
    const { user_id } = asUser(actor);
    const found = await store.list(user_id, { limit, after: afterNumber(cursor), unread: unread === "true", kind });
    return { ...shownPage(found, toNotification), unread_count: await store.unread(user_id) };
  }

  return {
    page,

    /**
     * Lists the caller's inbox. Like every function below, it needs a signed-in person.
     * @throws AppError UNAUTHORIZED, as every function below
     */
    async list(actor: Actor, query: InboxQuery) {
      const { items, next_cursor, unread_count } = await page(actor, query);
      return { notifications: rowsOf(items), count: items.length, unread_count, next_cursor };
    },

    unread: async (actor: Actor) => ({ unread_count: await store.unread(asUser(actor).user_id) }),

    /** Marks notifications as read; null marks all. Ids that do not belong to the caller are ignored. */
    async markRead(actor: Actor, ids: string[] | null) {
      const { user_id } = asUser(actor, "operate");
      const read = await store.markRead(user_id, ids, now());
      const unread_count = await store.unread(user_id);
      if (read.length > 0) emit("notification.read", { user_id, ids: ids && read, unread_count });
      return { success: true as const, unread_count };
    },

    /** @throws AppError NOT_FOUND not in the caller's inbox */
    async remove(actor: Actor, id: string) {
      const { user_id } = asUser(actor, "operate");
      if (!(await store.remove(user_id, id))) throw new AppError("NOT_FOUND", "No such notification");
      const unread_count = await store.unread(user_id);
      emit("notification.read", { user_id, ids: [id], unread_count });
      return { success: true as const, unread_count };
    },

    async deliveries(actor: Actor, query: { limit: number; cursor?: string; status?: string }) {
      const { cursor, ...filter } = query;
      const found = await queue.deliveries(asUser(actor).user_id, { ...filter, after: afterNumber(cursor) });
      const { items, next_cursor } = shownPage(found, toDelivery);
      return { deliveries: rowsOf(items), count: items.length, next_cursor };
    },
  };
}
