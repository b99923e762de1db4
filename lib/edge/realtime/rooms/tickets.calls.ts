/** Events that a socket sends about tickets: join, leave, write, type, mark as read. */
import type { Server } from "socket.io";
import type { z } from "zod";
import type { App } from "@/lib/app";
import { JOINED_MAX, TicketCall } from "@/lib/community/tickets/contract.live";
import { callerKey, withinArea } from "@/lib/core/actor";
import { emit } from "@/lib/core/bus";
import { AppError } from "@/lib/core/errors";
import { countRequest } from "@/lib/edge/http";
import { type Calls, call } from "@/lib/edge/realtime/handler";
import { recordedEvent } from "@/lib/edge/realtime/record";
import { type Caller, isAnswering, isHere, joined, REQUESTER, STAFF } from "./tickets.rooms";
import type { Viewers } from "./tickets.viewers";

const HISTORY = 50;
/** The time within which a repeated typing notice of the same kind is not passed on. */
const TYPING_QUIET_MS = 1_000;

type Deps = Pick<App, "tickets" | "audit"> & { io: Server; viewers: Pick<Viewers, "of"> };
type Data<C extends keyof typeof TicketCall> = z.output<(typeof TicketCall)[C]>;

const limit = ({ actor }: Caller) => countRequest(actor.kind === "bot" ? "bot" : "rest", callerKey(actor));
const limitTalk = ({ actor }: Caller) => countRequest(actor.kind === "bot" ? "bot" : "talk", callerKey(actor));

/** Announces that a person opened or closed a ticket on this socket. Bots are not announced. */
export function announceViewer(io: Server, { socket, actor }: Caller, ticketId: string, viewing: boolean): void {
  if (actor.kind === "bot" || (!viewing && isHere(io, ticketId, String(actor.user_id), socket.id))) return;
  const viewer = { user_id: String(actor.user_id), user_name: actor.username, staff: isAnswering(socket, ticketId) };
  emit("ticket.viewing", { ticket_id: ticketId, viewing, ...viewer });
}

export async function leave(io: Server, caller: Caller, ticketId: string): Promise<void> {
  const { socket } = caller;
  if (!joined(socket).includes(ticketId)) return;
  announceViewer(io, caller, ticketId, false);
  await Promise.all([socket.leave(STAFF + ticketId), socket.leave(REQUESTER + ticketId)]);
}

async function join({ tickets, io, viewers }: Deps, caller: Caller, { ticket_id, since }: Data<"join_ticket">) {
  const { socket } = caller;
  const actor = withinArea(caller.actor, "tickets:read");
  const { staff } = await tickets.join(actor, ticket_id);
  const already = joined(socket);
  if (already.length >= JOINED_MAX && !already.includes(ticket_id))
    throw new AppError("CONFLICT", `One socket joins at most ${JOINED_MAX} tickets: leave one first`);
  // Join before reading the history, so that no message is missed in between. A message may therefore arrive twice.
  await socket.join((staff ? STAFF : REQUESTER) + ticket_id);
  const paging = { limit: HISTORY, ...(since !== undefined && { since: String(since) }) };
  const history = await tickets.history(actor, ticket_id, paging).catch(async (error) => {
    await leave(io, caller, ticket_id);
    throw error;
  });
  announceViewer(io, caller, ticket_id, true);
  const { messages, next_cursor } = history;
  socket.emit("joined_ticket", { ticket_id, viewers: staff ? viewers.of(ticket_id) : [] });
  socket.emit("message_history", { ticket_id, messages, next_cursor });
  return { success: true, ticket_id };
}

async function reportTyping({ tickets }: Deps, caller: Caller, { ticket_id, ...input }: Data<"typing">) {
  const word = `${input.typing} ${input.note}`;
  caller.typed ??= new Map();
  const before = caller.typed.get(ticket_id);
  if (before?.word === word && Date.now() - before.at < TYPING_QUIET_MS) return { success: true };
  await tickets.typing(withinArea(caller.actor, "tickets:write"), ticket_id, input);
  if (caller.typed.size > JOINED_MAX) caller.typed.clear();
  caller.typed.set(ticket_id, { word, at: Date.now() });
  return { success: true };
}

export function createTicketCalls(deps: Deps): Calls<Caller> {
  const { tickets, io } = deps;
  return new Map([
    ["join_ticket", call(limit, TicketCall.join_ticket, (caller: Caller, data) => join(deps, caller, data))],
    [
      "leave_ticket",
      call(limit, TicketCall.leave_ticket, async (caller: Caller, { ticket_id }) => {
        await leave(io, caller, ticket_id);
        caller.socket.emit("left_ticket", { ticket_id });
        return { success: true, ticket_id };
      }),
    ],
    [
      "ticket_message",
      call(
        limitTalk,
        TicketCall.ticket_message,
        recordedEvent(deps, "postTicketMessage", async ({ actor }: Caller, data: Data<"ticket_message">) => {
          const { ticket_id, ...input } = data;
          return { success: true, message: await tickets.send(withinArea(actor, "tickets:write"), ticket_id, input) };
        }),
      ),
    ],
    ["typing", call(limit, TicketCall.typing, (caller: Caller, data) => reportTyping(deps, caller, data))],
    [
      "mark_read",
      call(limit, TicketCall.mark_read, async ({ actor }: Caller, { ticket_id, last_seq }) => ({
        success: true,
        unread_count: await tickets.markRead(withinArea(actor, "tickets:write"), ticket_id, last_seq),
      })),
    ],
  ]);
}
