/** Rows of the ticket tables and the wire shapes made of them. */

import { iso, isoOrNull } from "@/lib/core/clock";
import { readJson } from "@/lib/core/format/json";
import type { Attachment, Ticket, TicketFact, TicketMessage } from "./contract";
import { REOPENS_MAX } from "./contract";
import { isInline } from "./files/types";
import type { FileRow, MessageRow, TicketRow } from "./store.types";

export type { FileRow, MessageRow, TicketRow };

/** A person with an account, with the fields that tickets need. */
export type Person = {
  id: number;
  username: string;
  fullname: string;
  email: string;
  image: string | null;
  role: "user" | "moderator" | "admin";
  active: boolean;
};

export const toFact = (row: TicketRow): TicketFact => ({
  ticket_id: row.id,
  ticket_num: row.seq,
  type: row.type,
  subject: row.subject,
  status: row.status,
  user_id: row.user_id,
  owner: row.owner_id,
  bot_id: row.bot_id,
  channel_id: row.channel_id,
  user_name: row.user_name,
  username: row.user_name,
  user_avatar: row.user_avatar,
  avatar_url: row.user_avatar,
  assigned_to: row.assigned_to === null ? null : String(row.assigned_to),
  assigned_name: row.assigned_name,
  claimed_at: isoOrNull(row.claimed_at),
  created_at: iso(row.created_at),
  updated_at: iso(row.last_at),
  closed_at: isoOrNull(row.closed_at),
  closed_by: row.closed_by,
  close_reason: row.close_reason,
  reopen_count: row.reopen_count,
  reopens_left: row.merged_into === null ? Math.max(0, REOPENS_MAX - row.reopen_count) : 0,
  last_message: row.last_message,
  last_message_at: isoOrNull(row.last_message_at),
  last_message_author: row.last_author,
  merged_into: row.merged_into,
  version: row.version,
  priority: row.priority,
  tags: readJson(row.tags) as string[],
});

/** Removes the fields that the requester may not see: priority and tags. */
export function forRequester({ priority: _, tags: __, ...rest }: TicketFact): Omit<TicketFact, "priority" | "tags"> {
  return rest;
}

export const toTicket = (row: TicketRow, staff: boolean, unread: number): Ticket => ({
  ...(staff ? toFact(row) : forRequester(toFact(row))),
  unread_count: unread,
});

export const toAttachment = (row: Omit<FileRow, "seq">): Attachment => ({
  id: row.id,
  ticket_id: row.ticket_id,
  name: row.name,
  content_type: row.type,
  size: row.size,
  inline: isInline(row.type),
  url: `/api/tickets/${row.ticket_id}/attachments/${row.id}`,
  created_at: iso(row.at),
});

export const toMessage = (row: MessageRow, files: readonly FileRow[]): TicketMessage => ({
  id: row.id,
  seq: row.seq,
  ticket_id: row.ticket_id,
  author_id: row.author_id,
  author_name: row.author_name,
  author_avatar: row.author_avatar,
  author_type: row.author_type,
  content: row.content,
  timestamp: iso(row.at),
  is_admin: row.author_type === "staff",
  is_note: row.note !== 0,
  is_system: row.author_type === "system",
  bot_id: row.bot_id,
  attachments: files.filter((file) => file.message_id === row.id).map(toAttachment),
  client_id: row.client_id,
});
