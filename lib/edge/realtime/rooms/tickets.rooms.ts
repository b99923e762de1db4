/** The Socket.IO rooms of tickets: two a ticket, one for the requester's side and one for staff. */
import type { Server, Socket } from "socket.io";
import type { TicketEventData, TicketEventName } from "@/lib/community/tickets/contract.live";
import type { BotActor, UserActor } from "@/lib/core/actor";

export const REQUESTER = "ticket:";
export const STAFF = "ticket-staff:";
export const DESK = "tickets:staff";
export const person = (userId: number | string) => `tickets:user:${userId}`;
export const bot = (botId: string) => `tickets:bot:${botId}`;
type About = { ticket_id: string; bot_id: string | null };
/** Returns the rooms of the requester's side of a ticket. A bot receives these events without joining. */
export const requesterSide = ({ ticket_id, bot_id }: About): string[] => [
  REQUESTER + ticket_id,
  ...(bot_id === null ? [] : [bot(bot_id)]),
];
/** Returns the tickets that a socket has joined. */
export const joined = (socket: Socket): string[] =>
  [...socket.rooms].flatMap((room) => {
    const prefix = [REQUESTER, STAFF].find((one) => room.startsWith(one));
    return prefix ? [room.slice(prefix.length)] : [];
  });

export type Caller = {
  socket: Socket;
  actor: UserActor | BotActor;
  /** The last typing event that the socket sent for each ticket. */
  typed?: Map<string, { word: string; at: number }>;
};
export const isStaff = (actor: Caller["actor"]): boolean => actor.kind === "user" && actor.role !== "user";

export const createTell =
  (io: Server) =>
  <E extends TicketEventName>(rooms: string[], event: E, data: TicketEventData<E>, except?: string) => {
    const to = io.local.to(rooms);
    (except ? to.except(except) : to).emit(event, data);
  };
export type Tell = ReturnType<typeof createTell>;

/** Returns whether a socket of this process, but for `except`, has the ticket open for this person. */
export function isHere(io: Server, ticketId: string, userId: string, except?: string): boolean {
  const { rooms } = io.of("/").adapter;
  const theirs = rooms.get(person(userId));
  for (const room of [STAFF + ticketId, REQUESTER + ticketId])
    for (const id of rooms.get(room) ?? []) if (id !== except && theirs?.has(id)) return true;
  return false;
}
