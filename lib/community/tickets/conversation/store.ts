/** The conversation in the database: messages by keyset, read marks, unread counts. */

import type { FileRow, MessageRow, TicketRow } from "@/lib/community/tickets/rows";
import { insertMessage, type NewMessageRow, touchTicket } from "@/lib/community/tickets/store.common";
import { db, type Param } from "@/lib/core/db";

const COLUMNS =
  "seq, id, ticket_id, note, author, author_id, author_name, author_avatar, author_type, content, at, bot_id, client_id";
/** Unread messages of one ticket are counted up to here. */
const UNREAD_CAP = 100;

/** The reader for whom unread messages are counted; own messages never are unread. */
export type Reader = { reader: string; staff: boolean; bot_id: string | null };

/** `n` places from `$from` on. */
const places = (n: number, from: number) => Array.from({ length: n }, (_, at) => `$${from + at}`).join(", ");

/** Conditions on a message `m` of a ticket `t` that make it unread; binds $1 (reader) and $2 (bot or reader). */
export const unreadWhere = ({ staff, bot_id }: Reader): string =>
  `m.ticket_id = t.id AND m.author_type <> 'system'${staff ? "" : " AND m.note = 0"} AND ${
    bot_id === null ? "m.author <> $2" : "(m.bot_id IS NULL OR m.bot_id <> $2)"
  } AND m.seq > COALESCE((SELECT r.last_seq FROM ticket_read r WHERE r.ticket_id = t.id AND r.reader = $1), 0)`;
export const unreadParams = ({ reader, bot_id }: Reader): [string, string] => [reader, bot_id ?? reader];

export type Sending =
  | { message: MessageRow; ticket: TicketRow; repeated: boolean }
  | { closed: true }
  | { missing: number };

export function createMessageStore() {
  async function filesOf(messages: readonly MessageRow[]): Promise<FileRow[]> {
    if (messages.length === 0) return [];
    return db().all<FileRow>(
      `SELECT * FROM ticket_attachment WHERE message_id IN (${places(messages.length, 1)}) ORDER BY seq`,
      messages.map(({ id }) => id),
    );
  }

  return {
    filesOf,

    /**
     * Messages before `before` (the latest ones without it), or after `after`, oldest first.
     *
     * @param notes whether notes are among them
     */
    async page(
      ticketId: string,
      notes: boolean,
      { limit, before, after }: { limit: number; before?: number; after?: number },
    ): Promise<MessageRow[]> {
      const params: Param[] = [ticketId, limit];
      const where = ["ticket_id = $1", ...(notes ? [] : ["note = 0"])];
      if (before !== undefined) where.push(`seq < $${params.push(before)}`);
      if (after !== undefined) where.push(`seq > $${params.push(after)}`);
      const order = after === undefined ? "DESC" : "ASC";
      const rows = await db().all<MessageRow>(
        `SELECT ${COLUMNS} FROM ticket_message WHERE ${where.join(" AND ")} ORDER BY seq ${order} LIMIT $2`,
        params,
      );
      return after === undefined ? rows.reverse() : rows;
    },

    /**
     * Stores a message, unless the ticket is closed or one of the files is not the author's to send. The same
     * `client_id` again answers the first message.
     */
    async send(message: NewMessageRow, uploader: string, files: readonly string[]): Promise<Sending> {
      return db()
        .write(async (tx): Promise<Sending> => {
          const sentBefore = async (): Promise<Sending | undefined> => {
            if (message.client_id === null) return undefined;
            const [known] = await tx.all<MessageRow>(
              `SELECT ${COLUMNS} FROM ticket_message WHERE ticket_id = $1 AND author = $2 AND client_id = $3`,
              [message.ticket_id, message.author, message.client_id],
            );
            if (!known) return undefined;
            const [current] = await tx.all<TicketRow>("SELECT * FROM ticket WHERE id = $1", [message.ticket_id]);
            return { message: known, ticket: current!, repeated: true };
          };
          // Once more when the ticket is held: the first one may have been under way.
          const before = await sentBefore();
          if (before) return before;
          const ticket = await touchTicket(tx, message.ticket_id, message);
          const meanwhile = await sentBefore();
          if (meanwhile) return meanwhile;
          if (!ticket) return { closed: true };
          for (const [at, file] of files.entries()) {
            const taken = await tx.run(
              "UPDATE ticket_attachment SET message_id = $1 WHERE id = $2 AND ticket_id = $3 AND uploader = $4 AND message_id IS NULL",
              [message.id, file, message.ticket_id, uploader],
            );
            // Thrown, so that what was taken before it is given back.
            if (taken === 0) throw new MissingFile(at);
          }
          return { message: await insertMessage(tx, message), ticket, repeated: false };
        })
        .catch((error) => {
          if (error instanceof MissingFile) return { missing: error.at };
          throw error;
        });
    },

    /**
     * Moves a read mark forward, to `upTo` or to the latest message the reader may see.
     *
     * @returns undefined when it did not move; `seq` and `at` of the message, the last of those that are no notes, and where
     * the mark was before
     */
    async markRead(
      ticketId: string,
      { reader, staff }: Reader,
      name: string,
      upTo: number,
      at: number,
    ): Promise<{ seq: number; at: number; public_seq: number; public_at: number; before: number } | undefined> {
      return db().write(async (tx) => {
        const latest = async (where: string) =>
          (
            await tx.all<{ seq: number; at: number }>(
              `SELECT seq, at FROM ticket_message WHERE ticket_id = $1 AND seq <= $2${where} ORDER BY seq DESC LIMIT 1`,
              [ticketId, upTo],
            )
          )[0];
        const open = await latest(" AND note = 0");
        const last = staff ? await latest("") : open;
        if (!last) return undefined;
        const [known] = await tx.all<{ last_seq: number }>(
          "SELECT last_seq FROM ticket_read WHERE ticket_id = $1 AND reader = $2",
          [ticketId, reader],
        );
        const before = known?.last_seq ?? 0;
        const moved = await tx.run(
          `INSERT INTO ticket_read (ticket_id, reader, name, last_seq, at) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (ticket_id, reader) DO UPDATE SET last_seq = excluded.last_seq, at = excluded.at
           WHERE ticket_read.last_seq < excluded.last_seq`,
          [ticketId, reader, name, last.seq, at],
        );
        return moved > 0
          ? { seq: last.seq, at: last.at, public_seq: open?.seq ?? 0, public_at: open?.at ?? 0, before }
          : undefined;
      });
    },

    /** Everybody's marks, each as the last message read that is visible to the asker (notes or not). */
    async reads(
      ticketId: string,
      notes: boolean,
    ): Promise<{ reader: string; name: string; seq: number; at: number }[]> {
      return db().all(
        `SELECT r.reader, r.name, m.seq, m.at FROM ticket_read r JOIN ticket_message m ON m.seq =
           (SELECT max(n.seq) FROM ticket_message n WHERE n.ticket_id = r.ticket_id AND n.seq <= r.last_seq${notes ? "" : " AND n.note = 0"})
         WHERE r.ticket_id = $1 ORDER BY m.seq DESC LIMIT 50`,
        [ticketId],
      );
    },

    /** Unread messages by ticket, each counted up to 100; tickets without any are left out. */
    async unread(reader: Reader, ticketIds: readonly string[]): Promise<Map<string, number>> {
      if (ticketIds.length === 0) return new Map();
      const rows = await db().all<{ id: string; n: number }>(
        `SELECT t.id, (SELECT count(*) FROM (SELECT 1 FROM ticket_message m WHERE ${unreadWhere(reader)} LIMIT ${UNREAD_CAP}) AS capped) AS n
         FROM ticket t WHERE t.id IN (${places(ticketIds.length, 3)})`,
        [...unreadParams(reader), ...ticketIds],
      );
      return new Map(rows.filter(({ n }) => n > 0).map(({ id, n }) => [id, n]));
    },

    /** Keeps the messages of a deleted account, without the name. */
    async forgetAuthor(author: string): Promise<void> {
      await db().write(async (tx) => {
        const shown = (m: string) => `${m}.note = 0 AND ${m}.author_type <> 'system'`;
        await tx.run(
          `UPDATE ticket SET last_author = 'Deleted user' WHERE id IN (
             SELECT m.ticket_id FROM ticket_message m WHERE m.author = $1 AND ${shown("m")} AND NOT EXISTS (
               SELECT 1 FROM ticket_message newer WHERE newer.ticket_id = m.ticket_id AND newer.seq > m.seq AND ${shown("newer")}))`,
          [author],
        );
        await tx.run(
          "UPDATE ticket_message SET author = 'gone', client_id = NULL, author_id = 'deleted', author_name = 'Deleted user', author_avatar = NULL WHERE author = $1",
          [author],
        );
        await tx.run("DELETE FROM ticket_read WHERE reader = $1", [author]);
      });
    },
  };
}

class MissingFile extends Error {
  constructor(readonly at: number) {
    super("a file is not there to be sent");
  }
}

export type MessageStore = ReturnType<typeof createMessageStore>;
