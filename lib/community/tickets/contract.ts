/**
 * Contract of tickets: people and bots open them, staff answer. Source: document 003 "Ticket System"; CONTRACT: HAZE
 * specifics. Our own additions: filters, priority, tags, notes, merging, attachments, transcripts, canned replies
 * (desk/contract.ts). The operations on messages are in conversation/contract.ts.
 *
 * Two views. Those who answer see everything: staff (moderators, admins) every ticket, operators of a bot the tickets that it
 * opened. The requester (the account that opened the ticket, or the bot that opened it for somebody outside) sees neither notes
 * nor `priority` and `tags`.
 */
import { z } from "zod";
import { BotId, type Operation, Success, WholeNumber } from "@/lib/core/contract";
import { DESCRIPTION_MAX, MESSAGE_MAX, REOPENS_MAX } from "./contract.constants";
import {
  Outside,
  Priority,
  ReadMark,
  Subject,
  Ticket,
  type TicketFact,
  TicketMessage,
  TicketParams,
} from "./contract.shapes";

export {
  ATTACHMENTS_PER_MESSAGE,
  COUNT_CAP,
  DESCRIPTION_MAX,
  MESSAGE_MAX,
  REOPENS_MAX,
  SUBJECT_MAX,
  TAGS_MAX,
} from "./contract.constants";
export {
  Attachment,
  Priority,
  ReadMark,
  Subject,
  Ticket,
  TicketFact,
  TicketMessage,
  TicketParams,
  TicketStatus,
} from "./contract.shapes";

const anyCase = <T extends z.ZodType>(schema: T) =>
  z.preprocess((text) => (typeof text === "string" ? text.toLowerCase() : text), schema);

/** Keyset of the ticket list. */
const TicketCursor = z
  .string()
  .regex(/^\d{1,16}-\d{1,16}$/, { error: "is not a cursor of this list" })
  .optional()
  .meta({ description: "next_cursor of the page before" });

const StatusFilter = anyCase(z.enum(["open", "claimed", "closed", "active", "all"]))
  .default("all")
  .meta({ description: "`active` is open or claimed; upper and lower case are the same" });
const paging = { limit: WholeNumber(50, 200), cursor: TicketCursor };
const TicketQuery = z.object({
  status: StatusFilter,
  view: anyCase(z.enum(["all", "mine", "assigned", "unassigned"]))
    .default("all")
    .meta({ description: "`mine`: opened by the caller; `assigned`: assigned to the caller; `unassigned`: to nobody" }),
  type: z.string().max(64).optional(),
  priority: anyCase(Priority).optional().meta({ description: "staff; others with a `bot_id` that they operate" }),
  user_id: z.string().max(256).optional().meta({ description: "the requester" }),
  bot_id: BotId.optional(),
  q: z.string().trim().max(100).optional().meta({ description: "text in the subject, the number or a message" }),
  ...paging,
});
export type TicketQuery = z.output<typeof TicketQuery>;

/** Newest activity first. */
const TicketPage = z.object({ tickets: z.array(Ticket), count: z.number().int(), next_cursor: z.string().nullable() });
export type TicketPage = z.infer<typeof TicketPage>;

export const listTickets = {
  id: "listTickets",
  method: "GET",
  path: "/api/tickets",
  summary: "List the tickets you can see, latest activity first",
  description:
    "Staff see all tickets, users their own and those of bots on which they are at least operator, and bots those that they opened.",
  document: "003 Ticket System: GET /api/tickets",
  query: TicketQuery,
  response: TicketPage,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

export const listMyTickets = {
  id: "listMyTickets",
  method: "GET",
  path: "/api/tickets/my",
  summary: "List the tickets you opened, latest activity first",
  document: "original 003 Ticket System: GET /api/tickets/my",
  query: z.object({ status: StatusFilter, ...paging }),
  response: TicketPage,
  errors: ["INVALID_INPUT", "UNAUTHORIZED"],
} as const satisfies Operation;

export const openTicket = {
  id: "openTicket",
  method: "POST",
  path: "/api/tickets",
  summary: "Open a ticket",
  description:
    "`type` is one of the configured categories. A bot opens it for one of its users, named by `user_id`; `channel_id` is stored for the bot. The limit of open tickets counts per account, and per user of a bot. The description becomes the first message.",
  document: "original 003 Ticket System: POST /api/tickets",
  body: z.object({
    type: z.string().trim().min(1).max(64).meta({ example: "Support" }),
    subject: Subject,
    description: z.string().trim().min(10).max(DESCRIPTION_MAX),
    ...Outside,
    channel_id: z.string().trim().min(1).max(128).optional().meta({ description: "bots only: where its user is" }),
  }),
  status: 201,
  response: Success.extend({
    ticket_id: z.string(),
    ticket_num: z.number().int(),
    channel_id: z.string().nullable(),
    message: z.string(),
    ticket: Ticket,
  }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "CONFLICT"],
  example: {
    body: { type: "Support", subject: "Cannot sign in", description: "The sign-in page says my code is wrong." },
  },
} as const satisfies Operation;
export type NewTicket = z.output<typeof openTicket.body>;

export const getTicket = {
  id: "getTicket",
  method: "GET",
  path: "/api/tickets/{ticket_id}",
  summary: "Get a ticket with its latest messages",
  description: "`messages` holds the latest 100, oldest first. GET …/messages returns older ones.",
  document: "003 Ticket System: GET /api/tickets/<ticket_id>",
  params: TicketParams,
  response: Ticket.extend({
    messages: z.array(TicketMessage),
    next_cursor: z.string().nullable().meta({ description: "Where older messages go on; null when there are none." }),
    reads: z.array(ReadMark).meta({ description: "How far the others have read." }),
    read_seq: z.number().int().meta({ description: "`seq` of the last message the caller has read; 0: none" }),
  }),
  etag: "version",
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;
export type TicketDetail = z.infer<typeof getTicket.response>;

const Changed = Success.extend({ message: z.string(), ticket: Ticket });
const CHANGE_ERRORS = ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"] as const;

export const claimTicket = {
  id: "claimTicket",
  method: "POST",
  path: "/api/tickets/{ticket_id}/claim",
  summary: "Claim a ticket (those who answer it)",
  description: "409 when somebody else has claimed it. Claiming your own ticket again changes nothing.",
  document: "original 003 Ticket System: POST /api/tickets/<ticket_id>/claim",
  params: TicketParams,
  response: Changed,
  errors: CHANGE_ERRORS,
} as const satisfies Operation;

export const assignTicket = {
  id: "assignTicket",
  method: "POST",
  path: "/api/tickets/{ticket_id}/assign",
  summary: "Assign a ticket to somebody who may answer it, or unassign it",
  description: "An assigned ticket is `claimed`; `user_id: null` makes it `open` again.",
  document: "original 003 Ticket System: POST /api/tickets/<ticket_id>/assign",
  params: TicketParams,
  body: z.object({
    user_id: z
      .union([z.string().max(20), z.number().int().transform(String)])
      .nullable()
      .meta({ description: "account id, or the Discord id of a linked account" }),
  }),
  response: Changed,
  errors: ["INVALID_INPUT", ...CHANGE_ERRORS],
} as const satisfies Operation;

export const closeTicket = {
  id: "closeTicket",
  method: "POST",
  path: "/api/tickets/{ticket_id}/close",
  summary: "Close a ticket (those who answer it)",
  description:
    "`close_message` is sent as the caller's last message. Mails the transcript to the requester's account when transcripts are on.",
  document: "003 Ticket System: POST /api/tickets/<ticket_id>/close",
  params: TicketParams,
  body: z.object({
    reason: z.string().trim().max(500).optional(),
    close_message: z.string().trim().max(MESSAGE_MAX).nullish().meta({ description: "Sent to the requester first" }),
  }),
  response: Changed,
  errors: ["INVALID_INPUT", ...CHANGE_ERRORS],
  example: { body: {} },
} as const satisfies Operation;

export const reopenTicket = {
  id: "reopenTicket",
  method: "POST",
  path: "/api/tickets/{ticket_id}/reopen",
  summary: "Reopen a closed ticket",
  description: `By those who answer it or the requester, at most ${REOPENS_MAX} times; a merged ticket stays closed.`,
  document: "003 Ticket System: POST /api/tickets/<ticket_id>/reopen",
  params: TicketParams,
  response: Changed,
  errors: CHANGE_ERRORS,
} as const satisfies Operation;

export const deleteTicket = {
  id: "deleteTicket",
  method: "DELETE",
  path: "/api/tickets/{ticket_id}",
  summary: "Delete a ticket with its messages and files (admin)",
  document: "003 Ticket System: DELETE /api/tickets/<ticket_id>",
  params: TicketParams,
  response: Success.extend({ message: z.string() }),
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

/** Changes of a ticket; the `event_type` of `ticket_update`. */
export const TicketChange = z.enum([
  "ticket_claimed",
  "ticket_assigned",
  "ticket_unassigned",
  "ticket_closed",
  "ticket_reopened",
  "ticket_merged",
  "ticket_updated",
]);
export type TicketChange = z.infer<typeof TicketChange>;

/** Facts that this room announces after a commit; lib/edge/realtime decides which sockets receive them. */
declare module "@/lib/core/bus" {
  interface Facts {
    "ticket.opened": { ticket: TicketFact };
    /** A message was sent. If it has `is_note`, send it to staff only. */
    "ticket.message": { ticket: TicketFact; message: TicketMessage };
    /**
     * A ticket changed. `by` is null when the server changed it; `message` is the line added to the conversation.
     * `ticket_updated` (priority, tags, type, subject) is for staff only.
     */
    "ticket.changed": {
      ticket: TicketFact;
      event_type: TicketChange;
      by: { user_id: string; user_name: string } | null;
      message: TicketMessage | null;
    };
    "ticket.deleted": { ticket: TicketFact };
    /**
     * Somebody read messages. `public_mark` is how far they have read in what the requester may see; null if that is
     * nothing yet.
     */
    "ticket.read": {
      ticket: { ticket_id: string; owner: number | null; bot_id: string | null };
      mark: ReadMark;
      public_mark: ReadMark | null;
    };
    /** Somebody is typing; `staff_only` while they write a note. */
    "ticket.typing": {
      ticket: { ticket_id: string; owner: number | null; bot_id: string | null };
      user_id: string;
      user_name: string;
      typing: boolean;
      staff_only: boolean;
    };
    /** Somebody opened or closed the conversation in one process. Repeated while it is open. */
    "ticket.viewing": { ticket_id: string; user_id: string; user_name: string; staff: boolean; viewing: boolean };
  }
}
