/**
 * Contract of tickets over Socket.IO (document 003 "WebSocket Events"; CONTRACT: live channels).
 *
 * A person joins a ticket's room; a bot needs not join: it hears of every ticket it opened. `new_message` has the name of
 * Bot Manager's event for a bot's messages; this one has a `ticket_id` and no `thread_id`.
 */
import { z } from "zod";
import { Time } from "@/lib/core/contract";
import { ReadMark, TicketChange, TicketMessage, TicketParams } from "./contract";
import { postTicketMessage } from "./conversation/contract";

/** Rooms one socket may be in at once. */
export const JOINED_MAX = 50;

/** Client → server. Each answers by callback too, if one is given. Refusals come as `error {message, code}`. */
export const TicketCall = {
  /** → `joined_ticket`, then `message_history`: the latest 50, or what came after `since` (a `seq`). */
  join_ticket: TicketParams.extend({ since: z.number().int().min(0).optional() }),
  /** → `left_ticket` */
  leave_ticket: TicketParams,
  /** The same as POST …/messages. */
  ticket_message: TicketParams.extend(postTicketMessage.body.shape),
  /** `note`: the person types a private note, so only staff are told. */
  typing: TicketParams.extend({ typing: z.boolean().default(true), note: z.boolean().default(false) }),
  /** The same as POST …/mark-read. */
  mark_read: TicketParams.extend({ last_seq: z.number().int().min(0).optional() }),
};

const Viewer = z.object({ user_id: z.string(), user_name: z.string(), staff: z.boolean() });
export type Viewer = z.infer<typeof Viewer>;

/** Server → client. */
export const TicketEvent = {
  /** `viewers` for staff: who else has the conversation open. */
  joined_ticket: z.object({ ticket_id: z.string(), viewers: z.array(Viewer) }),
  left_ticket: z.object({ ticket_id: z.string() }),
  message_history: z.object({
    ticket_id: z.string(),
    messages: z.array(TicketMessage),
    next_cursor: z.string().nullable(),
  }),
  /** To the ticket's room. `message` is the text. */
  new_message: z.object({ ticket_id: z.string(), message: z.string(), messageData: TicketMessage }),
  /** To the ticket's room. `data` is the message, or `{ticket, by, message}` of a change; of `ticket_deleted` it is empty. */
  ticket_update: z.object({
    ticket_id: z.string(),
    event_type: z.enum(["new_message", "ticket_opened", "ticket_deleted", ...TicketChange.options]),
    data: z.record(z.string(), z.unknown()),
    timestamp: Time,
  }),
  user_typing: z.object({ ticket_id: z.string(), user_id: z.string(), user_name: z.string(), typing: z.boolean() }),
  ticket_read: ReadMark.extend({ ticket_id: z.string() }),
  /** To staff in the room: who has the conversation open now. */
  ticket_viewers: z.object({ ticket_id: z.string(), viewers: z.array(Viewer) }),
  /**
   * To every socket of staff and of the requester, joined or not, at most three times a second: these tickets changed,
   * so lists and counts should be refetched. `more`: other tickets changed too.
   */
  ticket_list: z.object({ ticket_ids: z.array(z.string()), more: z.boolean() }),
};
export type TicketEventName = keyof typeof TicketEvent;
export type TicketEventData<E extends TicketEventName> = z.infer<(typeof TicketEvent)[E]>;
