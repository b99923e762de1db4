/** Broadcasts: an admin sends an announcement to everyone; a background job delivers it in batches. */

import type { Priority } from "@/lib/community/notifications/contract";
import type { Note } from "@/lib/community/notifications/sending/store";
import { announce, type Deps, isAvailable, plannerOf, STEP } from "@/lib/community/notifications/service.common";
import { type Actor, asAdmin } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import { iso } from "@/lib/core/clock";
import { yieldToEventLoop } from "@/lib/core/event-loop";
import { afterNumber, rowsOf, shownPage } from "@/lib/core/pages";
import { type BroadcastRow, toBroadcast } from "./store";

export function createBroadcasts(deps: Omit<Deps, "store" | "queue" | "onError">) {
  const { broadcasts, emit, now, newId, carryOn } = deps;

  /** Sends the next batch of each unfinished broadcast. @throws what the database throws */
  async function advance(signal?: AbortSignal): Promise<void> {
    while (!signal?.aborted) {
      const noteOf = (row: BroadcastRow): Note => ({
        ...{ kind: "broadcast", title: row.title, body: row.message, url: null, priority: row.priority, group: null },
      });
      const rows = await broadcasts.advance(STEP, noteOf, {
        at: now(),
        plan: plannerOf(deps, "broadcast"),
        newId: () => newId("ntf"),
      });
      if (rows === null) return;
      announce(deps, rows);
      // Let waiting requests run first.
      await yieldToEventLoop();
    }
  }

  return {
    /** Queues an announcement to everyone; open consoles show it at once. @throws FORBIDDEN unless an admin asks */
    async broadcast(
      actor: Actor,
      { title, message, priority }: { title: string; message: string; priority: Priority },
    ) {
      const { user_id } = asAdmin(actor, "admin");
      const { people } = await broadcasts.reach();
      const at = now();
      const id = newId("bc");
      describeAct({ target: { type: "broadcast", id, name: title }, after: { title, message, priority } });
      const broadcast = await broadcasts.add({
        ...{ id, title, message, priority, created_by: user_id, created_at: at, recipients: people },
      });
      emit("broadcast.made", { broadcast });
      carryOn();
      return {
        success: true as const,
        message: `Broadcast sent to ${people} ${people === 1 ? "user" : "users"}`,
        broadcast_id: broadcast.broadcast_id,
        recipients: people,
        timestamp: iso(at),
      };
    },

    /** @throws FORBIDDEN unless an admin asks */
    async preview(actor: Actor) {
      asAdmin(actor);
      const { people, web_push, fcm } = await broadcasts.reach();
      return {
        recipients: people,
        devices: { web_push, fcm },
        email: isAvailable(deps, "email"),
        fcm: isAvailable(deps, "fcm"),
      };
    },

    /** @throws FORBIDDEN unless an admin asks */
    async broadcasts(actor: Actor, query: { limit: number; cursor?: string }) {
      asAdmin(actor);
      const found = await broadcasts.list(query.limit, afterNumber(query.cursor));
      const { items, next_cursor } = shownPage(found, toBroadcast);
      return { broadcasts: rowsOf(items), count: items.length, next_cursor };
    },

    advance,
  };
}
