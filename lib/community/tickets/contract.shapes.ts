/** Wire shapes of tickets (entered through contract.ts) and their limits: ticket, message, file, read mark. */
import { z } from "zod";
import { isEmptyOrVisible, Name, Time, Version, VISIBLE_RULE } from "@/lib/core/contract";
import { SUBJECT_MAX } from "./contract.constants";

export const TicketStatus = z.enum(["open", "claimed", "closed"]);
export type TicketStatus = z.infer<typeof TicketStatus>;
/** At least 3 characters, one of them visible. */
export const Subject = z.string().trim().min(3).max(SUBJECT_MAX).refine(isEmptyOrVisible, { error: VISIBLE_RULE });
export const Priority = z.enum(["low", "normal", "high", "urgent"]);
export type Priority = z.infer<typeof Priority>;

export const TicketParams = z.object({
  ticket_id: z.string().min(1).max(64).meta({ example: "ticket_mi9x0k2r8f3a7c" }),
});

/** Sent files; `url` is a path on this server and asks for the same rights as the ticket. */
export const Attachment = z
  .object({
    id: z.string(),
    ticket_id: z.string(),
    name: z.string(),
    content_type: z.string().meta({ description: "The detected type of the content, whatever the sender declared." }),
    size: z.number().int().meta({ description: "bytes" }),
    inline: z.boolean().meta({ description: "True for images a page may show in place." }),
    url: z.string(),
    created_at: Time,
  })
  .meta({ id: "TicketAttachment" });
export type Attachment = z.infer<typeof Attachment>;

/**
 * One entry of the conversation. `author_id` is an account's id, or what a bot calls its user; "system" for events. `seq`
 * grows with time and is the cursor of lists. `is_note`: staff only, events included (`is_system` and `is_note`).
 */
export const TicketMessage = z
  .object({
    id: z.string().meta({ example: "msg_mi9x0k2r8f3a7c" }),
    seq: z.number().int(),
    ticket_id: z.string(),
    author_id: z.string(),
    author_name: z.string(),
    author_avatar: z.string().nullable(),
    author_type: z.enum(["user", "staff", "bot", "system"]),
    content: z.string(),
    timestamp: Time,
    is_admin: z.boolean(),
    is_note: z.boolean(),
    is_system: z.boolean(),
    bot_id: z.string().nullable().meta({ description: "The bot that carried it, if one did." }),
    attachments: z.array(Attachment),
    client_id: z.string().nullable().meta({ description: "The sender's own id, by which its local copy is matched." }),
  })
  .meta({ id: "TicketMessage" });
export type TicketMessage = z.infer<typeof TicketMessage>;

/** A ticket as facts carry it: nobody's view in particular. */
const TicketFields = z.object({
  ticket_id: z.string(),
  ticket_num: z.number().int(),
  type: z.string(),
  subject: z.string(),
  status: TicketStatus,
  user_id: z
    .string()
    .nullable()
    .meta({ description: "The requester: an account's id as text, or what a bot calls its user." }),
  owner: z.number().int().nullable().meta({ description: "The requester's account; null when a bot opened it." }),
  bot_id: z.string().nullable(),
  channel_id: z.string().nullable(),
  user_name: z.string(),
  username: z.string(),
  user_avatar: z.string().nullable(),
  avatar_url: z.string().nullable(),
  assigned_to: z.string().nullable().meta({ description: "account id of the staff member; set while claimed" }),
  assigned_name: z.string().nullable(),
  claimed_at: Time.nullable(),
  created_at: Time,
  updated_at: Time.meta({ description: "Last message or event that the requester may see." }),
  closed_at: Time.nullable(),
  closed_by: z.string().nullable().meta({ description: "name of who closed it; null for the server itself" }),
  close_reason: z.string().nullable(),
  reopen_count: z.number().int(),
  reopens_left: z.number().int(),
  last_message: z.string().nullable().meta({ description: "beginning of the latest message that is no note" }),
  last_message_at: Time.nullable(),
  last_message_author: z.string().nullable().meta({ description: "name of who wrote the latest message" }),
  merged_into: z.string().nullable().meta({ description: "The ticket its messages were moved to." }),
  version: Version.meta({ description: "Counted up by every change of the type, subject, priority or tags." }),
});
export const TicketFact = TicketFields.extend({ priority: Priority, tags: z.array(z.string()) });
export type TicketFact = z.infer<typeof TicketFact>;

/** A ticket as one reader sees it: `unread_count` is the reader's own (at most 100 are counted); `priority` and `tags` for staff. */
export const Ticket = TicketFields.extend({
  unread_count: z.number().int(),
  priority: Priority.optional(),
  tags: z.array(z.string()).optional(),
}).meta({ id: "Ticket" });
export type Ticket = z.infer<typeof Ticket>;

/** How far somebody has read: `last_read` is when the last message read was sent. */
export const ReadMark = z.object({
  user_id: z.string(),
  user_name: z.string(),
  last_read: Time,
  last_seq: z.number().int().meta({ description: "`seq` of the last message read" }),
});
export type ReadMark = z.infer<typeof ReadMark>;

/** Names the person a bot speaks for. */
export const Outside = {
  user_id: z
    .union([z.string().trim().min(1).max(128), z.number().int().transform(String)])
    .optional()
    .meta({ description: "bots only: who of its users is speaking" }),
  user_name: Name(128).optional().meta({ description: "bots only" }),
  user_avatar: z
    .url({ protocol: /^https?$/ })
    .max(1024)
    .optional()
    .meta({ description: "bots only" }),
};
