/**
 * Tickets over Socket.IO (lib/community/tickets/contract.live): the rooms, and the events sent to each. A ticket has
 * two rooms: one for the requester's side, one for those who answer it. Notes, priority and tags go only to the second.
 */
import type { Server, Socket } from "socket.io";
import type { App } from "@/lib/app";
import { type BotActor, mayArea, type UserActor, withinArea } from "@/lib/core/actor";
import { bus, emit } from "@/lib/core/bus";
import { jobs } from "@/lib/core/jobs";
import { listen } from "@/lib/edge/realtime/handler";
import type { AppSocket } from "@/lib/edge/realtime/handshake";
import { announceViewer, createTicketCalls, leave } from "./tickets.calls";
import { listenForTickets } from "./tickets.facts";
import { createHints } from "./tickets.hints";
import { bot, type Caller, createTell, followDesks, isHere, joined, person, STAFF } from "./tickets.rooms";
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
  const ends = listenForTickets({ io, tell, hints, viewers, typing, teamOf: tickets.teamOf });
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

  /** Makes a person's socket leave the tickets that the person may not see any more. */
  async function recheck(socket: Socket, actor: UserActor): Promise<void> {
    for (const ticketId of joined(socket))
      await tickets.join(withinArea(actor, "tickets:read"), ticketId).catch(async () => {
        await leave(io, { socket, actor }, ticketId);
        socket.emit("left_ticket", { ticket_id: ticketId });
      });
  }
  const recheckAll = () => {
    for (const socket of io.of("/").sockets.values()) {
      const { actor } = (socket as AppSocket).data;
      if (actor.kind === "user") void recheck(socket, actor);
    }
  };
  // The bot's tickets are answered by the operators of its new team from now on.
  ends.push(bus.on("bot.moved", recheckAll));

  return {
    /** Follows a change of a person's rights. */
    follow(socket: Socket, actor: UserActor): void {
      followDesks(socket, actor);
      void recheck(socket, actor);
    },

    /** Installs the handlers for a socket's events about tickets. Call once when it connects. */
    welcome(socket: Socket, actor: UserActor | BotActor): void {
      const caller: Caller = { socket, actor };
      listen(caller, calls);
      if (!mayArea(actor, "tickets:read")) return;
      void socket.join(actor.kind === "bot" ? bot(actor.bot_id) : person(actor.user_id));
      if (actor.kind === "user") followDesks(socket, actor);
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
