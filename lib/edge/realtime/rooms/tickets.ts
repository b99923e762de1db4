/**
 * Tickets over Socket.IO (lib/community/tickets/contract.live): who is in which ticket's room, and who hears of what. Two rooms a
 * ticket: one for the requester's side, one for staff. Notes, priority and tags reach the second alone.
 */
import type { Server, Socket } from "socket.io";
import type { App } from "@/lib/app";
import { forRequester } from "@/lib/community/tickets";
import { TYPING_MS } from "@/lib/community/tickets/contract.constants";
import {
  JOINED_MAX,
  TicketCall,
  type TicketEventData,
  type TicketEventName,
} from "@/lib/community/tickets/contract.live";
import { type BotActor, callerKey, type UserActor } from "@/lib/core/actor";
import { bus, emit, type Facts } from "@/lib/core/bus";
import { AppError } from "@/lib/core/errors";
import { jobs } from "@/lib/core/jobs";
import { countRequest } from "@/lib/edge/http";
import { type Calls, call, listen } from "@/lib/edge/realtime/handler";
import { createHints } from "./tickets.hints";
import { createViewers } from "./tickets.viewers";

const HISTORY = 50;
/** The same word about typing again within this is not passed on. */
const TYPING_QUIET_MS = 1_000;
const TYPISTS_MAX = 10_000;
const VIEWERS_MS = 30_000;

const REQUESTER = "ticket:";
const STAFF = "ticket-staff:";
const DESK = "tickets:staff";
const person = (userId: number | string) => `tickets:user:${userId}`;
const bot = (botId: string) => `tickets:bot:${botId}`;
type About = { ticket_id: string; bot_id: string | null };
/** Where the requester's side of a ticket listens: a bot also without having joined. */
const requesterSide = ({ ticket_id, bot_id }: About): string[] => [
  REQUESTER + ticket_id,
  ...(bot_id === null ? [] : [bot(bot_id)]),
];
/** Tickets a socket has joined. */
const joined = (socket: Socket): string[] =>
  [...socket.rooms].flatMap((room) => {
    const prefix = [REQUESTER, STAFF].find((one) => room.startsWith(one));
    return prefix ? [room.slice(prefix.length)] : [];
  });

type Caller = {
  socket: Socket;
  actor: UserActor | BotActor;
  /** Its last word about typing in each ticket. */
  typed?: Map<string, { word: string; at: number }>;
};
const isStaff = (actor: Caller["actor"]): boolean => actor.kind === "user" && actor.role !== "user";
const limit = ({ actor }: Caller) => countRequest(actor.kind === "bot" ? "bot" : "rest", callerKey(actor));

export function attachTickets({ tickets }: App, io: Server) {
  const tell = <E extends TicketEventName>(rooms: string[], event: E, data: TicketEventData<E>, except?: string) => {
    const to = io.local.to(rooms);
    (except ? to.except(except) : to).emit(event, data);
  };
  const hints = createHints((room, hint) => tell([room], "ticket_list", hint));
  const viewers = createViewers((ticket_id, list) =>
    tell([STAFF + ticket_id], "ticket_viewers", { ticket_id, viewers: list }),
  );
  const typists = new Map<string, NodeJS.Timeout>();

  const hint = ({ ticket_id, owner }: { ticket_id: string; owner: number | null }, staffOnly = false) =>
    hints.add(ticket_id, staffOnly || owner === null ? [DESK] : [DESK, person(owner)]);

  const update = (
    rooms: string[],
    ticket_id: string,
    event_type: TicketEventData<"ticket_update">["event_type"],
    data: Record<string, unknown>,
  ) => tell(rooms, "ticket_update", { ticket_id, event_type, data, timestamp: new Date().toISOString() });

  function aboutTyping({ ticket, staff_only, ...who }: Facts["ticket.typing"]) {
    const { ticket_id } = ticket;
    const rooms = staff_only ? [STAFF + ticket_id] : [STAFF + ticket_id, ...requesterSide(ticket)];
    const own = who.user_id === ticket.bot_id ? bot(ticket.bot_id) : person(who.user_id);
    const key = `${ticket_id} ${who.user_id}`;
    clearTimeout(typists.get(key));
    typists.delete(key);
    tell(rooms, "user_typing", { ticket_id, ...who }, own);
    // A typist who disconnects without saying so must not be shown as typing for ever.
    if (who.typing && typists.size < TYPISTS_MAX)
      typists.set(key, setTimeout(() => aboutTyping({ ticket, staff_only, ...who, typing: false }), TYPING_MS).unref());
  }

  const ends = [
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
      // Priority and tags are no business of the requester.
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
      // The reader's other pages count again.
      if (mark.user_id !== ticket.bot_id) hints.add(ticket_id, [person(mark.user_id)]);
    }),
    bus.on("ticket.typing", aboutTyping),
    bus.on("ticket.viewing", ({ ticket_id, viewing, ...viewer }, { remote }) => {
      viewers.heard(ticket_id, viewer, viewing);
      // Left another process, but here is still open.
      if (remote && !viewing && isHere(ticket_id, viewer.user_id))
        emit("ticket.viewing", { ticket_id, viewing: true, ...viewer });
    }),
  ];

  /** Does a socket of this process, but for `except`, have the ticket open for this person? */
  function isHere(ticketId: string, userId: string, except?: string): boolean {
    const { rooms } = io.of("/").adapter;
    const theirs = rooms.get(person(userId));
    for (const room of [STAFF + ticketId, REQUESTER + ticketId])
      for (const id of rooms.get(room) ?? []) if (id !== except && theirs?.has(id)) return true;
    return false;
  }

  const sayViewers = jobs.every({
    ...{ name: "sockets.viewers", interval: VIEWERS_MS },
    run() {
      for (const { ticket_id, viewer } of viewers.all())
        if (isHere(ticket_id, viewer.user_id)) emit("ticket.viewing", { ticket_id, viewing: true, ...viewer });
      viewers.sweep();
    },
  });
  sayViewers.start();

  /** Somebody opened a ticket on this socket, or left it. */
  function seen({ socket, actor }: Caller, ticketId: string, viewing: boolean): void {
    if (actor.kind === "bot" || (!viewing && isHere(ticketId, String(actor.user_id), socket.id))) return;
    const viewer = { user_id: String(actor.user_id), user_name: actor.username, staff: isStaff(actor) };
    emit("ticket.viewing", { ticket_id: ticketId, viewing, ...viewer });
  }
  async function leave(caller: Caller, ticketId: string): Promise<void> {
    const { socket } = caller;
    if (!joined(socket).includes(ticketId)) return;
    seen(caller, ticketId, false);
    await Promise.all([socket.leave(STAFF + ticketId), socket.leave(REQUESTER + ticketId)]);
  }

  const calls: Calls<Caller> = new Map([
    [
      "join_ticket",
      call(limit, TicketCall.join_ticket, async (caller: Caller, { ticket_id, since }) => {
        const { socket, actor } = caller;
        await tickets.join(actor, ticket_id);
        const already = joined(socket);
        if (already.length >= JOINED_MAX && !already.includes(ticket_id))
          throw new AppError("CONFLICT", `One socket joins at most ${JOINED_MAX} tickets: leave one first`);
        // Before the history is read, so that nothing falls in between; a message may so come twice.
        await socket.join((isStaff(actor) ? STAFF : REQUESTER) + ticket_id);
        const paging = { limit: HISTORY, ...(since !== undefined && { since: String(since) }) };
        const history = await tickets.history(actor, ticket_id, paging).catch(async (error) => {
          await leave(caller, ticket_id);
          throw error;
        });
        seen(caller, ticket_id, true);
        const { messages, next_cursor } = history;
        socket.emit("joined_ticket", { ticket_id, viewers: isStaff(actor) ? viewers.of(ticket_id) : [] });
        socket.emit("message_history", { ticket_id, messages, next_cursor });
        return { success: true, ticket_id };
      }),
    ],
    [
      "leave_ticket",
      call(limit, TicketCall.leave_ticket, async (caller: Caller, { ticket_id }) => {
        await leave(caller, ticket_id);
        caller.socket.emit("left_ticket", { ticket_id });
        return { success: true, ticket_id };
      }),
    ],
    [
      "ticket_message",
      call(
        ({ actor }) => countRequest(actor.kind === "bot" ? "bot" : "talk", callerKey(actor)),
        TicketCall.ticket_message,
        async ({ actor }: Caller, { ticket_id, ...input }) => ({
          success: true,
          message: await tickets.send(actor, ticket_id, input),
        }),
      ),
    ],
    [
      "typing",
      call(limit, TicketCall.typing, async (caller: Caller, { ticket_id, ...input }) => {
        const word = `${input.typing} ${input.note}`;
        caller.typed ??= new Map();
        const before = caller.typed.get(ticket_id);
        if (before?.word === word && Date.now() - before.at < TYPING_QUIET_MS) return { success: true };
        await tickets.typing(caller.actor, ticket_id, input);
        if (caller.typed.size > JOINED_MAX) caller.typed.clear();
        caller.typed.set(ticket_id, { word, at: Date.now() });
        return { success: true };
      }),
    ],
    [
      "mark_read",
      call(limit, TicketCall.mark_read, async ({ actor }: Caller, { ticket_id, last_seq }) => ({
        success: true,
        unread_count: await tickets.markRead(actor, ticket_id, last_seq),
      })),
    ],
  ]);

  return {
    /** Handles a socket's events about tickets. Call once, when it connected. */
    welcome(socket: Socket, actor: UserActor | BotActor): void {
      const caller: Caller = { socket, actor };
      void socket.join(actor.kind === "bot" ? bot(actor.bot_id) : person(actor.user_id));
      if (isStaff(actor)) void socket.join(DESK);
      listen(caller, calls);
      // A bot is seen by nobody.
      if (actor.kind === "user")
        socket.on("disconnecting", () => {
          for (const ticketId of joined(socket)) seen(caller, ticketId, false);
        });
    },

    close(): void {
      void sayViewers.stop();
      for (const end of ends) end();
      for (const timer of typists.values()) clearTimeout(timer);
      hints.close();
    },
  };
}
