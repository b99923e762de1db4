/** Tracks people who are typing in a ticket, and shows when they stop. */
import { TYPING_MS } from "@/lib/community/tickets/contract.constants";
import type { Facts } from "@/lib/core/bus";
import { bot, person, requesterSide, STAFF, type Tell } from "./tickets.rooms";

const TYPISTS_MAX = 10_000;

export function createTyping(tell: Tell) {
  const typists = new Map<string, NodeJS.Timeout>();

  function heard({ ticket, staff_only, ...who }: Facts["ticket.typing"]) {
    const { ticket_id } = ticket;
    const rooms = staff_only ? [STAFF + ticket_id] : [STAFF + ticket_id, ...requesterSide(ticket)];
    const own = who.user_id === ticket.bot_id ? bot(ticket.bot_id) : person(who.user_id);
    const key = `${ticket_id} ${who.user_id}`;
    clearTimeout(typists.get(key));
    typists.delete(key);
    tell(rooms, "user_typing", { ticket_id, ...who }, own);
    // A person who disconnects without a "stopped typing" event must not be shown as typing for ever.
    if (who.typing && typists.size < TYPISTS_MAX)
      typists.set(key, setTimeout(() => heard({ ticket, staff_only, ...who, typing: false }), TYPING_MS).unref());
  }

  return {
    heard,
    close(): void {
      for (const timer of typists.values()) clearTimeout(timer);
    },
  };
}
