/**
 * Contract of the desk around tickets: what forms and queues need, changes by staff, files, transcripts, canned replies.
 *
 *   GET    /api/tickets/options            ticketOptions       PATCH  /api/tickets/{ticket_id}             updateTicket
 *   GET    /api/tickets/counts             ticketCounts        POST   /api/tickets/{ticket_id}/merge       mergeTicket
 *   GET    /api/tickets/assignees          listAssignees       GET    /api/tickets/{ticket_id}/transcript  ticketTranscript
 *   POST   /api/tickets/{ticket_id}/attachments                  uploadAttachment
 *   GET    /api/tickets/{ticket_id}/attachments/{attachment_id}  getAttachment      (DELETE: deleteAttachment)
 *   GET    /api/canned-replies             listCannedReplies   (POST: createCannedReply)
 *   PUT    /api/canned-replies/{reply_id}  updateCannedReply   (GET: getCannedReply, DELETE: deleteCannedReply)
 */
import { z } from "zod";
import {
  Attachment,
  MESSAGE_MAX,
  Priority,
  Subject,
  TAGS_MAX,
  Ticket,
  TicketParams,
} from "@/lib/community/tickets/contract";
import { EditedVersion, Name, type Operation, Success, Time, Version } from "@/lib/core/contract";
import { Role } from "@/lib/identity/accounts/contract";

export const CANNED_MAX = 500;

export const getTicketOptions = {
  id: "getTicketOptions",
  method: "GET",
  path: "/api/tickets/options",
  summary: "Get the ticket types, limits and file types you can use",
  document: "muster",
  response: z.object({
    enabled: z.boolean(),
    types: z.array(z.string()),
    max_open_per_user: z.number().int().meta({ description: "0: no limit." }),
    open_count: z.number().int().meta({ description: "Open tickets the caller has." }),
    auto_close_hours: z.number(),
    transcript_enabled: z.boolean(),
    attachments: z.object({
      max_bytes: z.number().int(),
      max_per_message: z.number().int(),
      max_per_ticket: z.number().int(),
      content_types: z.array(z.string()),
    }),
  }),
  errors: ["UNAUTHORIZED"],
} as const satisfies Operation;

export const countTickets = {
  id: "countTickets",
  method: "GET",
  path: "/api/tickets/counts",
  summary: "Count the tickets for each filter of the queue",
  description:
    "Counts the tickets you can see, each number up to 1000. `unread` counts active tickets with unread messages (at most 100), without those that are assigned to somebody else.",
  document: "muster",
  response: z.object({
    open: z.number().int(),
    claimed: z.number().int(),
    active: z.number().int(),
    closed: z.number().int(),
    all: z.number().int(),
    mine: z.number().int().meta({ description: "These three count active tickets." }),
    assigned: z.number().int(),
    unassigned: z.number().int(),
    unread: z.number().int(),
  }),
  errors: ["UNAUTHORIZED"],
} as const satisfies Operation;
export type TicketCounts = z.infer<typeof countTickets.response>;

export const listTicketAssignees = {
  id: "listTicketAssignees",
  method: "GET",
  path: "/api/tickets/assignees",
  summary: "List the people a ticket can be assigned to",
  description:
    "Without `ticket_id` staff members, for staff. With it also operators of the team that owns the ticket's bot, for those who answer that ticket.",
  document: "muster",
  query: z.object({ ticket_id: TicketParams.shape.ticket_id.optional() }),
  response: z.object({
    assignees: z.array(
      z.object({
        user_id: z.string(),
        username: z.string(),
        fullname: z.string(),
        avatar_url: z.string().nullable(),
        role: Role,
        claimed: z.number().int().meta({ description: "Tickets claimed at the moment." }),
      }),
    ),
    count: z.number().int(),
  }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;
export type Assignee = z.infer<typeof listTicketAssignees.response>["assignees"][number];

const Changed = Success.extend({ message: z.string(), ticket: Ticket });

const Tag = z
  .string()
  .trim()
  .min(1)
  .max(32)
  .regex(/^[^,\n\r]+$/, { error: "must be one line without commas" });

export const updateTicket = {
  id: "updateTicket",
  method: "PATCH",
  path: "/api/tickets/{ticket_id}",
  summary: "Change a ticket's priority, tags, type or subject (those who answer it)",
  document: "muster",
  params: TicketParams,
  body: z
    .object({
      priority: Priority,
      tags: z.array(Tag).max(TAGS_MAX),
      type: z.string().trim().min(1).max(64),
      subject: Subject,
      version: EditedVersion,
    })
    .partial(),
  response: Changed,
  update: "closed",
  etag: "ticket.version",
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;
export type TicketPatch = Omit<z.output<typeof updateTicket.body>, "version">;

export const mergeTicket = {
  id: "mergeTicket",
  method: "POST",
  path: "/api/tickets/{ticket_id}/merge",
  summary: "Merge a ticket into another of the same requester (those who answer it)",
  description:
    "Messages, notes and files move to `into`; this ticket is closed for good and points there. 409 when the requesters differ, because one person must not see what another wrote.",
  document: "muster",
  params: TicketParams,
  body: z.object({ into: z.string().min(1).max(64).meta({ description: "ticket_id" }) }),
  response: Changed.extend({ into: Ticket }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"],
} as const satisfies Operation;

export const uploadAttachment = {
  id: "uploadAttachment",
  method: "POST",
  path: "/api/tickets/{ticket_id}/attachments",
  summary: "Upload a file for a message's `attachments`",
  description:
    "Send multipart/form-data with one file, or the raw bytes with the name in `?filename=`. The type is detected from the content. A file that no message uses within an hour is removed.",
  document: "muster",
  params: TicketParams,
  query: z.object({ filename: z.string().max(255).optional() }),
  consumes: ["multipart/form-data", "application/octet-stream"],
  response: Success.extend({ attachment: Attachment }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT", "PAYLOAD_TOO_LARGE"],
} as const satisfies Operation;

const AttachmentParams = TicketParams.extend({ attachment_id: z.string().min(1).max(64) });

export const getAttachment = {
  id: "getAttachment",
  method: "GET",
  path: "/api/tickets/{ticket_id}/attachments/{attachment_id}",
  summary: "Download a ticket's attachment",
  description: "`inline=true` lets a page show images in place; everything else is always a download.",
  document: "muster",
  params: AttachmentParams,
  query: z.object({ inline: z.enum(["true", "false"]).default("false") }),
  response: z.unknown(),
  alsoProduces: ["application/octet-stream"],
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

export const deleteAttachment = {
  id: "deleteAttachment",
  method: "DELETE",
  path: "/api/tickets/{ticket_id}/attachments/{attachment_id}",
  summary: "Delete an uploaded file that no message uses yet",
  document: "muster",
  params: AttachmentParams,
  response: Success,
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

export const getTicketTranscript = {
  id: "getTicketTranscript",
  method: "GET",
  path: "/api/tickets/{ticket_id}/transcript",
  summary: "Download the transcript of a ticket",
  description:
    "One self-contained HTML page, or plain text. Staff also get private notes unless `notes=false`. Requesters never get notes, and can download a transcript only while transcripts are turned on.",
  document: "muster",
  params: TicketParams,
  query: z.object({
    format: z.enum(["html", "txt"]).default("html"),
    notes: z.enum(["true", "false"]).default("true"),
  }),
  response: z.unknown(),
  alsoProduces: ["text/html", "text/plain"],
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

/** An answer written once and used often; `shortcut` is what is typed after "/". */
export const CannedReply = z
  .object({
    reply_id: z.string(),
    shortcut: z.string(),
    title: z.string(),
    content: z.string(),
    version: Version,
    updated_at: Time,
    updated_by: z.string(),
  })
  .meta({ id: "CannedReply" });
export type CannedReply = z.infer<typeof CannedReply>;

const CannedInput = z.object({
  shortcut: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[\p{L}\p{N}][\p{L}\p{N}_-]{0,31}$/u, { error: "must be 1 to 32 letters, digits, dashes or underscores" }),
  title: Name(100),
  content: z.string().trim().min(1).max(MESSAGE_MAX),
});
export type CannedInput = z.output<typeof CannedInput>;
const CannedParams = z.object({ reply_id: z.string().min(1).max(64) });

export const listCannedReplies = {
  id: "listCannedReplies",
  method: "GET",
  path: "/api/canned-replies",
  summary: "List canned replies by shortcut (staff)",
  document: "muster",
  response: z.object({ replies: z.array(CannedReply), count: z.number().int() }),
  errors: ["UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

export const createCannedReply = {
  id: "createCannedReply",
  method: "POST",
  path: "/api/canned-replies",
  summary: "Create a canned reply (staff)",
  description: `At most ${CANNED_MAX}; each shortcut once.`,
  document: "muster",
  body: CannedInput,
  response: Success.extend({ reply: CannedReply }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "CONFLICT"],
} as const satisfies Operation;

export const getCannedReply = {
  id: "getCannedReply",
  method: "GET",
  path: "/api/canned-replies/{reply_id}",
  summary: "Get a canned reply (staff)",
  document: "muster",
  params: CannedParams,
  response: z.object({ reply: CannedReply }),
  etag: "reply.version",
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

export const updateCannedReply = {
  id: "updateCannedReply",
  method: "PUT",
  path: "/api/canned-replies/{reply_id}",
  summary: "Update a canned reply (staff)",
  document: "muster",
  params: CannedParams,
  body: CannedInput.extend({ version: EditedVersion }),
  response: Success.extend({ reply: CannedReply }),
  update: "closed",
  etag: "reply.version",
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"],
} as const satisfies Operation;

export const deleteCannedReply = {
  id: "deleteCannedReply",
  method: "DELETE",
  path: "/api/canned-replies/{reply_id}",
  summary: "Delete a canned reply (staff)",
  document: "muster",
  params: CannedParams,
  response: Success,
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;
