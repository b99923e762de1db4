/** The messages of a ticket, page by page. */
import type { Common, Deps } from "@/lib/community/tickets/service.common";
import type { Actor } from "@/lib/core/actor";
import { afterNumber, rowsOf } from "@/lib/core/pages";

type Paging = { limit: number; cursor?: string; since?: string };

export function createHistory({ messages }: Pick<Deps, "messages">, common: Common) {
  async function messagePage(actor: Actor, ticketId: string, { limit, cursor, since }: Paging) {
    const { party } = await common.reach(actor, ticketId, "read");
    const isForward = since !== undefined;
    const { rows, next } = await messages.page(ticketId, party.notes, {
      limit,
      after: afterNumber(since ?? cursor),
      direction: isForward ? "asc" : "desc",
    });
    const shown = await common.shown(rowsOf(isForward ? rows : rows.reverse()));
    const items = shown.map((message) => ({ row: message, cursor: String(message.seq) }));
    return { items, next_cursor: next ? String(next[0]) : null };
  }

  /** A page of the conversation, oldest first; notes for staff alone. @throws NOT_FOUND, FORBIDDEN as `reach` */
  async function history(actor: Actor, ticketId: string, paging: Paging) {
    const { items, next_cursor } = await messagePage(actor, ticketId, paging);
    return { ticket_id: ticketId, messages: rowsOf(items), count: items.length, next_cursor };
  }

  return {
    history,

    /** The first message of each of these tickets, for a reader who was shown the tickets. */
    openings: (ticketIds: readonly string[]): Promise<Map<string, string>> => messages.firsts(ticketIds),

    /** Reads a page as `history` does, with a cursor for each message. */
    messagePage,
  };
}
