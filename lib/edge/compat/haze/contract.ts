/** Operations that document 003's app calls and no document names. Source: the calls of its client. */
import { z } from "zod";
import { closeTicket, TicketStatus } from "@/lib/community/tickets/contract";
import { updateTicket } from "@/lib/community/tickets/desk/contract";
import { type Operation, Time } from "@/lib/core/contract";

export const ping = {
  id: "ping",
  method: "GET",
  path: "/api/ping",
  summary: "Check that a credential still works",
  description: "The app of document 003 keeps its token as long as this answers 200.",
  document: "original 003: Mobile App",
  response: z.object({ status: z.literal("ok"), message: z.literal("pong"), timestamp: Time }),
  errors: ["UNAUTHORIZED"],
} as const satisfies Operation;

export const putTicket = {
  ...updateTicket,
  id: "putTicket",
  method: "PUT",
  summary: "Change a ticket's status, priority, tags, type or subject (staff)",
  description:
    "Fields that are not sent stay. `status` claims the ticket for the caller, puts it back in the queue, closes it or reopens it, under the rules of those operations.",
  document: "original 003: Mobile App",
  body: updateTicket.body.extend({
    status: z.preprocess((text) => (typeof text === "string" ? text.toLowerCase() : text), TicketStatus).optional(),
  }),
  response: closeTicket.response,
  errors: [...updateTicket.errors, "CONFLICT"],
} as const satisfies Operation;
