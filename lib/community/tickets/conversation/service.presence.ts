/** Announces how far each reader has read, and who is typing. */
import type { ReadMark } from "@/lib/community/tickets/contract";
import type { Viewer } from "@/lib/community/tickets/contract.live";
import type { TicketRow } from "@/lib/community/tickets/rows";
import type { Common, Deps } from "@/lib/community/tickets/service.common";
import type { Actor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";

const END = Number.MAX_SAFE_INTEGER;
const target = ({ id, owner_id, bot_id }: TicketRow) => ({ ticket_id: id, owner: owner_id, bot_id });

export function createConversationPresence({ messages, emit, now }: Deps, common: Common) {
  return {
    /** Moves the caller's read mark. @returns how many messages are unread after it */
    async markRead(actor: Actor, ticketId: string, upTo?: number): Promise<number> {
      const { party, row } = await common.reach(actor, ticketId, "operate");
      const moved = await messages.markRead(ticketId, party, party.name, upTo ?? END, now());
      if (moved) {
        const mark: ReadMark = {
          user_id: party.user_id,
          user_name: party.name,
          last_read: iso(moved.at),
          last_seq: moved.seq,
        };
        const open = { ...mark, last_read: iso(moved.public_at), last_seq: moved.public_seq };
        emit("ticket.read", { ticket: target(row), mark, public_mark: moved.public_seq > moved.before ? open : null });
      }
      return (await messages.unread(party, [ticketId])).get(ticketId) ?? 0;
    },

    /** Announces that the caller is typing, or has stopped. @throws NOT_FOUND, FORBIDDEN as `reach` */
    async typing(actor: Actor, ticketId: string, { typing, note }: { typing: boolean; note: boolean }): Promise<void> {
      const { party, row } = await common.reach(actor, ticketId, "operate");
      if (note && !party.staff) throw new AppError("FORBIDDEN", "Only those who answer the ticket can write notes");
      emit("ticket.typing", {
        ticket: target(row),
        user_id: party.user_id,
        user_name: party.name,
        typing,
        staff_only: note,
      });
    },

    /**
     * Checks that the caller may receive this conversation's events, and returns the identity they are shown as.
     * @throws NOT_FOUND, FORBIDDEN as `reach`
     */
    async join(actor: Actor, ticketId: string): Promise<Viewer> {
      const { party } = await common.reach(actor, ticketId, "read");
      return { user_id: party.user_id, user_name: party.name, staff: party.staff };
    },
  };
}
