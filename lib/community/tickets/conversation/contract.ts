/** Operations on the messages of a ticket. Source: document 003 "Ticket System"; notes, files and `client_id` are ours. */
import { z } from "zod";
import { ATTACHMENTS_PER_MESSAGE, MESSAGE_MAX } from "@/lib/community/tickets/contract.constants";
import { Outside, TicketMessage, TicketParams } from "@/lib/community/tickets/contract.shapes";
import { type Operation, Success, WholeNumber } from "@/lib/core/contract";

const MessageSeq = z
  .string()
  .regex(/^\d{1,15}$/, { error: "is not a cursor of this list" })
  .optional();

export const listTicketMessages = {
  id: "listTicketMessages",
  method: "GET",
  path: "/api/tickets/{ticket_id}/messages",
  summary: "List a ticket's messages, oldest first",
  description:
    "Returns the latest page first. `cursor` continues to older messages; `since` returns those after a `seq`.",
  document: "original 003 Ticket System: GET /api/tickets/<ticket_id>/messages",
  params: TicketParams,
  query: z.object({ limit: WholeNumber(50, 200), cursor: MessageSeq, since: MessageSeq }),
  response: z.object({
    ticket_id: z.string(),
    messages: z.array(TicketMessage),
    count: z.number().int(),
    next_cursor: z.string().nullable(),
  }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

const Extras = {
  is_note: z.boolean().default(false).meta({ description: "staff only: the requester never sees it" }),
  attachments: z.array(z.string().min(1).max(64)).max(ATTACHMENTS_PER_MESSAGE).default([]).meta({
    description: "IDs of uploaded files",
  }),
  client_id: z.string().min(1).max(64).optional().meta({
    description: "an ID that the sender chooses; a repeated one returns the first message instead of sending a second",
  }),
  ...Outside,
};
const Text = z.string().trim().max(MESSAGE_MAX);
const Sent = Success.extend({ message: TicketMessage });
const SEND_ERRORS = ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"] as const;

export const sendTicketMessage = {
  id: "sendTicketMessage",
  method: "POST",
  path: "/api/tickets/{ticket_id}/send",
  summary: "Send a message in a ticket",
  description: "Requires text or an attachment. 409 when the ticket is closed.",
  document: "003 Ticket System: POST /api/tickets/<ticket_id>/send",
  params: TicketParams,
  body: z.object({ message: Text, ...Extras }),
  response: Sent,
  errors: SEND_ERRORS,
  example: { body: { message: "Your message text" } },
} as const satisfies Operation;

export const postTicketMessage = {
  id: "postTicketMessage",
  method: "POST",
  path: "/api/tickets/{ticket_id}/messages",
  summary: "Send a message in a ticket",
  description: "The same as …/send, with `content` instead of `message`.",
  document: "original 003 Ticket System: POST /api/tickets/<ticket_id>/messages",
  params: TicketParams,
  body: z.object({ content: Text, ...Extras }),
  response: Sent,
  errors: SEND_ERRORS,
  example: { body: { content: "Your message text" } },
} as const satisfies Operation;
export type NewTicketMessage = z.output<typeof postTicketMessage.body>;

export const markTicketRead = {
  id: "markTicketRead",
  method: "POST",
  path: "/api/tickets/{ticket_id}/mark-read",
  summary: "Mark a ticket as read",
  description: "Marks all messages, or those up to `last_seq`. A later mark is never moved back.",
  document: "003 Ticket System: POST /api/tickets/<ticket_id>/mark-read",
  params: TicketParams,
  body: z.object({ last_seq: z.number().int().min(0).optional() }),
  response: Success.extend({ unread_count: z.number().int() }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
  example: { body: {} },
} as const satisfies Operation;
