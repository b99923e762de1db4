/** Messages of tickets, how far each reader has read, and what is unread. */
import type { ExpressionBuilder } from "kysely";
import type { Tables } from "@/generated/tables";
import type { FileRow, MessageRow, TicketRow } from "@/lib/community/tickets/rows";
import { findTicket, insertMessage, type NewMessageRow, touchTicket } from "@/lib/community/tickets/store.common";
import { inList, type Queries, query, readPage, transaction } from "@/lib/core/db";
import type { Cursor, Page } from "@/lib/core/pages";

/** Unread messages of one ticket are counted up to here. */
const UNREAD_CAP = 100;

/** The reader for whom unread messages are counted; own messages never are unread. */
export type Reader = { reader: string; staff: boolean; bot_id: string | null };

/** The messages that a reader has not read, of the ticket of the statement around it. */
export const unreadOf = (eb: ExpressionBuilder<Tables, "ticket">, { reader, staff, bot_id }: Reader) =>
  eb
    .selectFrom("ticket_message as m")
    .select("m.seq")
    .whereRef("m.ticket_id", "=", "ticket.id")
    .where("m.author_type", "<>", "system")
    .$if(!staff, (messages) => messages.where("m.note", "=", 0))
    .where((m) =>
      bot_id === null ? m("m.author", "<>", reader) : m.or([m("m.bot_id", "is", null), m("m.bot_id", "<>", bot_id)]),
    )
    .where((m) =>
      m(
        "m.seq",
        ">",
        m.fn.coalesce(
          m
            .selectFrom("ticket_read as r")
            .select("r.last_seq")
            .whereRef("r.ticket_id", "=", "ticket.id")
            .where("r.reader", "=", reader),
          m.lit(0),
        ),
      ),
    );

export type Sending =
  | { message: MessageRow; ticket: TicketRow; repeated: boolean }
  | { closed: true }
  | { missing: number };

/** The answer to a message with the same `client_id` as one that is stored. */
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

export function createMessageStore() {
  return {
    async filesOf(messages: readonly Pick<MessageRow, "id">[]): Promise<FileRow[]> {
      if (messages.length === 0) return [];
      return query()
        .selectFrom("ticket_attachment")
        .selectAll()
        .where("message_id", "in", inList(messages.map(({ id }) => id)))
        .orderBy("seq")
        .execute();
    },

    /**
     * Messages before or after a place: the latest first, or the oldest first with `direction`.
     *
     * @param notes whether notes are among them
     */
    page(
      ticketId: string,
      notes: boolean,
      { direction, ...place }: { limit: number; after?: Cursor; direction: "asc" | "desc" },
    ): Promise<Page<MessageRow>> {
      const messages = query()
        .selectFrom("ticket_message")
        .selectAll()
        .where("ticket_id", "=", ticketId)
        .$if(!notes, (all) => all.where("note", "=", 0))
        .$castTo<MessageRow>();
      return readPage(messages, { by: ["seq"], direction }, place);
    },

    /**
     * Stores a message, unless the ticket is closed or one of the files is not the author's to send. The same
     * `client_id` again answers the first message.
     */
    send: (message: NewMessageRow, uploader: string, files: readonly string[]): Promise<Sending> =>
      transaction(async (trx): Promise<Sending> => {
        // Once more when the ticket is held: the first one may have been under way.
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
          // Thrown, so that what was taken before it is given back.
          if (numUpdatedRows === 0n) throw new MissingFile(at);
        }
        return { message: await insertMessage(trx, message), ticket, repeated: false };
      }).catch((error) => {
        if (error instanceof MissingFile) return { missing: error.at };
        throw error;
      }),

    /**
     * Moves a read mark forward, to `upTo` or to the latest message the reader may see.
     *
     * @returns undefined when it did not move; `seq` and `at` of the message, the last of those that are no notes, and where
     * the mark was before
     */
    markRead: (
      ticketId: string,
      { reader, staff }: Reader,
      name: string,
      upTo: number,
      at: number,
    ): Promise<{ seq: number; at: number; public_seq: number; public_at: number; before: number } | undefined> =>
      transaction(async (trx) => {
        const latest = trx
          .selectFrom("ticket_message")
          .select(["seq", "at"])
          .where("ticket_id", "=", ticketId)
          .where("seq", "<=", upTo)
          .orderBy("seq", "desc")
          .limit(1);
        const open = await latest.where("note", "=", 0).executeTakeFirst();
        const last = staff ? await latest.executeTakeFirst() : open;
        if (!last) return undefined;
        const known = await trx
          .selectFrom("ticket_read")
          .select("last_seq")
          .where("ticket_id", "=", ticketId)
          .where("reader", "=", reader)
          .executeTakeFirst();
        const moved = await trx
          .insertInto("ticket_read")
          .values({ ticket_id: ticketId, reader, name, last_seq: last.seq, at })
          .onConflict((mark) =>
            mark
              .columns(["ticket_id", "reader"])
              .doUpdateSet({ last_seq: last.seq, at })
              .where("ticket_read.last_seq", "<", last.seq),
          )
          .returning("reader")
          .execute();
        return moved.length > 0
          ? {
              seq: last.seq,
              at: last.at,
              public_seq: open?.seq ?? 0,
              public_at: open?.at ?? 0,
              before: known?.last_seq ?? 0,
            }
          : undefined;
      }),

    /** Everybody's marks, each as the last message read that is visible to the asker (notes or not). */
    reads: (ticketId: string, notes: boolean): Promise<{ reader: string; name: string; seq: number; at: number }[]> =>
      query()
        .selectFrom("ticket_read as r")
        .innerJoin("ticket_message as m", (join) =>
          join.on("m.seq", "=", (eb) =>
            eb
              .selectFrom("ticket_message as n")
              .select((n) => n.fn.max("n.seq").as("seq"))
              .whereRef("n.ticket_id", "=", "r.ticket_id")
              .whereRef("n.seq", "<=", "r.last_seq")
              .$if(!notes, (visible) => visible.where("n.note", "=", 0)),
          ),
        )
        .select(["r.reader", "r.name", "m.seq", "m.at"])
        .where("r.ticket_id", "=", ticketId)
        .orderBy("m.seq", "desc")
        .limit(50)
        .execute(),

    /** Unread messages by ticket, each counted up to 100; tickets without any are left out. */
    async unread(reader: Reader, ticketIds: readonly string[]): Promise<Map<string, number>> {
      if (ticketIds.length === 0) return new Map();
      const rows = await query()
        .selectFrom("ticket")
        .select((eb) => [
          "ticket.id",
          eb
            .selectFrom(unreadOf(eb, reader).limit(UNREAD_CAP).as("capped"))
            .select((capped) => capped.fn.countAll<number>().as("n"))
            .as("unread"),
        ])
        .where("ticket.id", "in", inList(ticketIds))
        .execute();
      return new Map(rows.flatMap(({ id, unread }) => (unread ? [[id, unread] as const] : [])));
    },

    /** Keeps the messages of a deleted account, without the name. */
    forgetAuthor: (author: string): Promise<void> =>
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
      }),
  };
}

class MissingFile extends Error {
  constructor(readonly at: number) {
    super("a file is not there to be sent");
  }
}

export type MessageStore = ReturnType<typeof createMessageStore>;
