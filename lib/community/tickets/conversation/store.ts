/** Messages of tickets and their files. */
import type { Notes } from "@/lib/community/tickets/policy";
import type { FileRow, MessageRow, TicketRow } from "@/lib/community/tickets/rows";
import { findTicket, insertMessage, type NewMessageRow, SEEN, touchTicket } from "@/lib/community/tickets/store.common";
import { inList, type Queries, query, readPage, transaction } from "@/lib/core/db";
import type { Cursor, Page } from "@/lib/core/pages";
import { countUnread, markRead, readMarks } from "./store.reads";

type Sending = { message: MessageRow; ticket: TicketRow; repeated: boolean } | { closed: true } | { missing: number };

/** Returns the stored message with the same `client_id`, if there is one. */
async function sentBefore(trx: Queries, message: NewMessageRow): Promise<Sending | undefined> {
  if (message.client_id === null) return undefined;
  const known = await trx
    .selectFrom("ticket_message")
    .selectAll()
    .where("ticket_id", "=", message.ticket_id)
    .where("author", "=", message.author)
    .where("client_id", "=", message.client_id)
    .$castTo<MessageRow>()
    .executeTakeFirst();
  if (!known) return undefined;
  return { message: known, ticket: (await findTicket(trx, message.ticket_id))!, repeated: true };
}

class MissingFile extends Error {
  constructor(readonly at: number) {
    super("a file is not there to be sent");
  }
}

async function filesOf(messages: readonly Pick<MessageRow, "id">[]): Promise<FileRow[]> {
  if (messages.length === 0) return [];
  return query()
    .selectFrom("ticket_attachment")
    .selectAll()
    .where("message_id", "in", inList(messages.map(({ id }) => id)))
    .orderBy("seq")
    .execute();
}

/**
 * Messages before or after a place: the latest first, or the oldest first with `direction`.
 *
 * @param notes which notes are among them
 */
function messagePage(
  ticketId: string,
  notes: Notes,
  { direction, ...place }: { limit: number; after?: Cursor; direction: "asc" | "desc" },
): Promise<Page<MessageRow>> {
  const messages = query()
    .selectFrom("ticket_message")
    .selectAll()
    .where("ticket_id", "=", ticketId)
    .where("note", "in", SEEN[notes])
    .$castTo<MessageRow>();
  return readPage(messages, { by: ["seq"], direction }, place);
}

/** Reads the first message of each ticket, without notes: the requester's description. */
async function firstMessages(ticketIds: readonly string[]): Promise<Map<string, string>> {
  if (ticketIds.length === 0) return new Map();
  const rows = await query()
    .selectFrom("ticket_message as m")
    .select(["m.ticket_id", "m.content"])
    .where("m.ticket_id", "in", inList(ticketIds))
    .where("m.seq", "=", (eb) =>
      eb
        .selectFrom("ticket_message as first")
        .select((first) => first.fn.min("first.seq").as("seq"))
        .whereRef("first.ticket_id", "=", "m.ticket_id")
        .where("first.note", "=", 0),
    )
    .execute();
  return new Map(rows.map(({ ticket_id, content }) => [ticket_id, content]));
}

/**
 * Stores a message, unless the ticket is closed or a file does not belong to the author. A repeated `client_id` returns
 * the first message.
 */
const sendMessage = (message: NewMessageRow, uploader: string, files: readonly string[]): Promise<Sending> =>
  transaction(async (trx): Promise<Sending> => {
    // Look here, and again once the ticket's row is locked: the first message may have been committed meanwhile.
    const before = await sentBefore(trx, message);
    if (before) return before;
    const ticket = await touchTicket(trx, message.ticket_id, message);
    const meanwhile = await sentBefore(trx, message);
    if (meanwhile) return meanwhile;
    if (!ticket) return { closed: true };
    for (const [at, file] of files.entries()) {
      const { numUpdatedRows } = await trx
        .updateTable("ticket_attachment")
        .set({ message_id: message.id })
        .where("id", "=", file)
        .where("ticket_id", "=", message.ticket_id)
        .where("uploader", "=", uploader)
        .where("message_id", "is", null)
        .executeTakeFirst();
      // Throw, so that the transaction also releases the files claimed before this one.
      if (numUpdatedRows === 0n) throw new MissingFile(at);
    }
    return { message: await insertMessage(trx, message), ticket, repeated: false };
  }).catch((error) => {
    if (error instanceof MissingFile) return { missing: error.at };
    throw error;
  });

/** Removes a deleted account's name from its messages, and keeps the messages. */
const forgetAuthor = (author: string): Promise<void> =>
  transaction(async (trx) => {
    await trx
      .updateTable("ticket")
      .set({ last_author: "Deleted user" })
      .where("id", "in", (eb) =>
        eb
          .selectFrom("ticket_message as m")
          .select("m.ticket_id")
          .where("m.author", "=", author)
          .where("m.note", "=", 0)
          .where("m.author_type", "<>", "system")
          .where((m) =>
            m.not(
              m.exists(
                m
                  .selectFrom("ticket_message as newer")
                  .select("newer.seq")
                  .whereRef("newer.ticket_id", "=", "m.ticket_id")
                  .whereRef("newer.seq", ">", "m.seq")
                  .where("newer.note", "=", 0)
                  .where("newer.author_type", "<>", "system"),
              ),
            ),
          ),
      )
      .execute();
    await trx
      .updateTable("ticket_message")
      .set({
        author: "gone",
        client_id: null,
        author_id: "deleted",
        author_name: "Deleted user",
        author_avatar: null,
      })
      .where("author", "=", author)
      .execute();
    await trx.deleteFrom("ticket_read").where("reader", "=", author).execute();
  });

export const createMessageStore = () => ({
  filesOf,
  page: messagePage,
  firsts: firstMessages,
  send: sendMessage,
  markRead,
  reads: readMarks,
  unread: countUnread,
  forgetAuthor,
});

export type MessageStore = ReturnType<typeof createMessageStore>;
