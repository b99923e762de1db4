/** Sends a ticket's facts to the people and bots concerned. Only those who answer it get notes, priority and tags. */
import type { Server } from "socket.io";
import { forRequester } from "@/lib/community/tickets";
import type { TicketFact } from "@/lib/community/tickets/contract";
import type { TicketEventData } from "@/lib/community/tickets/contract.live";
import { bus, emit } from "@/lib/core/bus";
import { logger } from "@/lib/core/log/logger";
import type { createHints } from "./tickets.hints";
import { DESK, desksOf, isHere, person, REQUESTER, requesterSide, STAFF, type Tell } from "./tickets.rooms";
import type { createTyping } from "./tickets.typing";
import type { Viewers } from "./tickets.viewers";

type Deps = {
  io: Server;
  tell: Tell;
  hints: ReturnType<typeof createHints>;
  viewers: Viewers;
  typing: ReturnType<typeof createTyping>;
  /** Returns the team that owns a bot. */
  teamOf: (botId: string) => Promise<number | null>;
};

/** @returns functions that stop listening */
export function listenForTickets({ io, tell, hints, viewers, typing, teamOf }: Deps): (() => void)[] {
  function hint({ ticket_id, owner, bot_id }: TicketFact, isInternal = false): void {
    hints.add(ticket_id, isInternal || owner === null ? [DESK] : [DESK, person(owner)]);
    if (bot_id !== null)
      teamOf(bot_id).then(
        (teamId) => hints.add(ticket_id, desksOf(bot_id, teamId)),
        (err) => logger.warn({ err }, "the operators of a ticket's bot were not notified"),
      );
  }

  const update = (
    rooms: string[],
    ticket_id: string,
    event_type: TicketEventData<"ticket_update">["event_type"],
    data: Record<string, unknown>,
  ) => tell(rooms, "ticket_update", { ticket_id, event_type, data, timestamp: new Date().toISOString() });

  return [
    bus.on("ticket.opened", ({ ticket }) => {
      update(requesterSide(ticket), ticket.ticket_id, "ticket_opened", { ticket: forRequester(ticket) });
      hint(ticket);
    }),
    bus.on("ticket.message", ({ ticket, message }) => {
      const { ticket_id } = ticket;
      const rooms = message.is_note ? [STAFF + ticket_id] : [STAFF + ticket_id, ...requesterSide(ticket)];
      tell(rooms, "new_message", { ticket_id, message: message.content, messageData: message });
      update(rooms, ticket_id, "new_message", message);
      hint(ticket, message.is_note);
    }),
    bus.on("ticket.changed", ({ ticket, event_type, by, message }) => {
      const { ticket_id } = ticket;
      update([STAFF + ticket_id], ticket_id, event_type, { ticket, by, message });
      // The requester must not see priority and tags.
      if (event_type !== "ticket_updated")
        update(requesterSide(ticket), ticket_id, event_type, {
          ticket: forRequester(ticket),
          by,
          message: message?.is_note ? null : message,
        });
      hint(ticket, event_type === "ticket_updated");
    }),
    bus.on("ticket.deleted", ({ ticket }) => {
      const { ticket_id } = ticket;
      update([STAFF + ticket_id, ...requesterSide(ticket)], ticket_id, "ticket_deleted", {});
      io.local.socketsLeave([STAFF + ticket_id, REQUESTER + ticket_id]);
      viewers.drop(ticket_id);
      hint(ticket);
    }),
    bus.on("ticket.read", ({ ticket, mark, public_mark }) => {
      const { ticket_id } = ticket;
      tell([STAFF + ticket_id], "ticket_read", { ticket_id, ...mark });
      if (public_mark) tell(requesterSide(ticket), "ticket_read", { ticket_id, ...public_mark });
      // The reader's other pages must refetch their counts.
      if (mark.user_id !== ticket.bot_id) hints.add(ticket_id, [person(mark.user_id)]);
    }),
    bus.on("ticket.typing", typing.heard),
    bus.on("ticket.viewing", ({ ticket_id, viewing, ...viewer }, { remote }) => {
      viewers.heard(ticket_id, viewer, viewing);
      // The viewer left in another process but still has the ticket open in this one: announce that they are still viewing.
      if (remote && !viewing && isHere(io, ticket_id, viewer.user_id))
        emit("ticket.viewing", { ticket_id, viewing: true, ...viewer });
    }),
  ];
}
