/**
 * Tickets over Socket.IO (lib/community/tickets/contract.live): the rooms, and the events sent to each. A ticket has
 * two rooms: one for the requester's side, one for staff. Notes, priority and tags go only to the second.
 */
import type { Server, Socket } from "socket.io";
import type { App } from "@/lib/app";
import { type BotActor, mayArea, type UserActor } from "@/lib/core/actor";
import { emit } from "@/lib/core/bus";
import { jobs } from "@/lib/core/jobs";
import { listen } from "@/lib/edge/realtime/handler";
import { announceViewer, createTicketCalls } from "./tickets.calls";
import { listenForTickets } from "./tickets.facts";
import { createHints } from "./tickets.hints";
import { bot, type Caller, createTell, DESK, isHere, isStaff, joined, person, STAFF } from "./tickets.rooms";
import { createTyping } from "./tickets.typing";
import { createViewers } from "./tickets.viewers";

const VIEWERS_MS = 30_000;

export function attachTickets({ tickets, audit }: App, io: Server) {
  const tell = createTell(io);
  const hints = createHints((room, hint) => tell([room], "ticket_list", hint));
  const viewers = createViewers((ticket_id, list) =>
    tell([STAFF + ticket_id], "ticket_viewers", { ticket_id, viewers: list }),
  );
  const typing = createTyping(tell);
  const ends = listenForTickets({ io, tell, hints, viewers, typing });
  const calls = createTicketCalls({ tickets, audit, io, viewers });

  const sayViewers = jobs.every({
    ...{ name: "sockets.viewers", interval: VIEWERS_MS },
    run() {
      for (const { ticket_id, viewer } of viewers.all())
        if (isHere(io, ticket_id, viewer.user_id)) emit("ticket.viewing", { ticket_id, viewing: true, ...viewer });
      viewers.sweep();
    },
  });
  sayViewers.start();

  return {
    /** Installs the handlers for a socket's events about tickets. Call once when it connects. */
    welcome(socket: Socket, actor: UserActor | BotActor): void {
      const caller: Caller = { socket, actor };
      listen(caller, calls);
      if (!mayArea(actor, "tickets:read")) return;
      void socket.join(actor.kind === "bot" ? bot(actor.bot_id) : person(actor.user_id));
      if (isStaff(actor)) void socket.join(DESK);
      if (actor.kind === "user")
        socket.on("disconnecting", () => {
          for (const ticketId of joined(socket)) announceViewer(io, caller, ticketId, false);
        });
    },

    close(): void {
      void sayViewers.stop();
      for (const end of ends) end();
      typing.close();
      hints.close();
    },
  };
}
