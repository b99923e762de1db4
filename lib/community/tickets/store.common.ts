/** Shared by the stores of tickets: text in the form that search compares, and inserting one message. */
import type { Queries } from "@/lib/core/db";
import { cutText } from "@/lib/core/format/text";
import { NOTE, type Notes } from "./policy";
import type { MessageRow, TicketRow } from "./rows";

/** Values of the column `note` of the messages that a reader sees. */
export const SEEN = {
  none: [0],
  shared: [0, NOTE.shared],
  all: [0, NOTE.staffOnly, NOTE.shared],
} as const satisfies Record<Notes, readonly number[]>;

export type NewMessageRow = Omit<MessageRow, "seq" | "folded">;

/** Normalises text for search. Upper case comes first, so that "ß" becomes "ss". */
export const fold = (text: string): string => text.normalize("NFKC").toUpperCase().toLowerCase();

/** The beginning of a message, for lists. */
export const preview = (text: string): string => cutText(text, 200);

/** Events (claimed, closed, …) are left out of the search, which covers written text only. */
export const insertMessage = (trx: Queries, message: NewMessageRow): Promise<MessageRow> =>
  trx
    .insertInto("ticket_message")
    .values({ ...message, folded: message.author_type === "system" ? "" : fold(message.content) })
    .returningAll()
    .$castTo<MessageRow>()
    .executeTakeFirstOrThrow();

export const findTicket = (queries: Queries, id: string): Promise<TicketRow | undefined> =>
  queries.selectFrom("ticket").selectAll().where("id", "=", id).$castTo<TicketRow>().executeTakeFirst();

/** Locks a ticket's row on PostgreSQL until the transaction ends. */
export const holdTicket = (trx: Queries, id: string) =>
  trx
    .updateTable("ticket")
    .set((eb) => ({ seq: eb.ref("seq") }))
    .where("id", "=", id);

/**
 * Updates the ticket for a new message. Undefined when it accepts none: closed or, for a note, merged into another
 * ticket. Locks the row on PostgreSQL, so that a ticket's messages get their `seq` in the order of their commits.
 */
export function touchTicket(
  trx: Queries,
  id: string,
  message: Pick<NewMessageRow, "content" | "at" | "note" | "author_name">,
): Promise<TicketRow | undefined> {
  const touched = message.note
    ? holdTicket(trx, id).where("merged_into", "is", null)
    : trx
        .updateTable("ticket")
        .set({
          last_at: message.at,
          last_message: preview(message.content || "(file)"),
          last_message_at: message.at,
          last_author: message.author_name,
        })
        .where("id", "=", id)
        .where("status", "<>", "closed");
  return touched.returningAll().$castTo<TicketRow>().executeTakeFirst();
}
