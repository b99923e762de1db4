/** The Socket.IO rooms of tickets: two a ticket, one for the requester's side and one for those who answer it. */
import type { Server, Socket } from "socket.io";
import type { TicketEventData, TicketEventName } from "@/lib/community/tickets/contract.live";
import { type BotActor, isOfChosenBots, mayArea, type UserActor } from "@/lib/core/actor";
import { operatedBots } from "@/lib/identity/access";

export const REQUESTER = "ticket:";
export const STAFF = "ticket-staff:";
/** Rooms of those who answer tickets: all of them, those of the bots of a team, those of one bot. */
export const DESK = "desk:staff";
const deskOfTeam = (teamId: number) => `desk:team:${teamId}`;
const deskOfBot = (botId: string) => `desk:bot:${botId}`;
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

/** Returns whether a socket is on the side of those who answer a ticket that it has joined. */
export const isAnswering = (socket: Socket, ticketId: string): boolean => socket.rooms.has(STAFF + ticketId);

export type Caller = {
  socket: Socket;
  actor: UserActor | BotActor;
  /** The last typing event that the socket sent for each ticket. */
  typed?: Map<string, { word: string; at: number }>;
};

/** Returns the rooms of those who answer the tickets of a bot. */
export const desksOf = (botId: string, teamId: number | null): string[] => [
  deskOfBot(botId),
  ...(teamId === null ? [] : [deskOfTeam(teamId)]),
];

/** A key that is limited to chosen bots joins tickets, but no desk: a desk is that of a whole team, or of the server. */
function deskRooms(actor: UserActor): string[] {
  if (!mayArea(actor, "tickets:read") || isOfChosenBots(actor.limits)) return [];
  if (actor.role !== "user") return [DESK];
  const { teams, bots } = operatedBots(actor);
  return [...teams.map(deskOfTeam), ...bots.map(deskOfBot)];
}

/** Moves a person's socket to the desks of the bots whose tickets they answer now. */
export function followDesks(socket: Socket, actor: UserActor): void {
  const rooms = deskRooms(actor);
  for (const room of socket.rooms) if (room.startsWith("desk:") && !rooms.includes(room)) void socket.leave(room);
  void socket.join(rooms);
}

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
