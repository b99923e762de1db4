/** Stores how far each reader has read a ticket, and counts unread messages. */
import type { ExpressionBuilder } from "kysely";
import type { Tables } from "@/generated/tables";
import type { Notes } from "@/lib/community/tickets/policy";
import { SEEN } from "@/lib/community/tickets/store.common";
import { inList, query, transaction } from "@/lib/core/db";

/** Unread messages of one ticket are counted up to this number. */
const UNREAD_CAP = 100;

/** The reader for whom unread messages are counted. A reader's own messages are never unread. */
export type Reader = { reader: string; notes: Notes; bot_id: string | null };

/** Selects the unread messages of a reader in the ticket of the surrounding statement. */
export const unreadOf = (eb: ExpressionBuilder<Tables, "ticket">, { reader, notes, bot_id }: Reader) =>
  eb
    .selectFrom("ticket_message as m")
    .select("m.seq")
    .whereRef("m.ticket_id", "=", "ticket.id")
    .where("m.author_type", "<>", "system")
    .$if(notes !== "all", (messages) => messages.where("m.note", "in", SEEN[notes]))
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

/**
 * Moves a read mark forward, to `upTo` or to the latest message the reader may see.
 *
 * @returns undefined when it did not move; `seq` and `at` of the message, the last of those that are no notes, and where
 * the mark was before
 */
export const markRead = (
  ticketId: string,
  { reader, notes }: Reader,
  name: string,
  upTo: number,
  at: number,
): Promise<{ seq: number; at: number; public_seq: number; public_at: number; before: number } | undefined> =>
  transaction(async (trx) => {
    const latest = (seen: Notes) =>
      trx
        .selectFrom("ticket_message")
        .select(["seq", "at"])
        .where("ticket_id", "=", ticketId)
        .where("seq", "<=", upTo)
        .where("note", "in", SEEN[seen])
        .orderBy("seq", "desc")
        .limit(1)
        .executeTakeFirst();
    const open = await latest("none");
    const last = notes === "none" ? open : await latest(notes);
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
  });

/**
 * Returns everybody's read marks. Each points to the last read message that the asker may see (with or without notes).
 */
export const readMarks = (
  ticketId: string,
  notes: Notes,
): Promise<{ reader: string; name: string; seq: number; at: number }[]> =>
  query()
    .selectFrom("ticket_read as r")
    .innerJoin("ticket_message as m", (join) =>
      join.on("m.seq", "=", (eb) =>
        eb
          .selectFrom("ticket_message as n")
          .select((n) => n.fn.max("n.seq").as("seq"))
          .whereRef("n.ticket_id", "=", "r.ticket_id")
          .whereRef("n.seq", "<=", "r.last_seq")
          .where("n.note", "in", SEEN[notes]),
      ),
    )
    .select(["r.reader", "r.name", "m.seq", "m.at"])
    .where("r.ticket_id", "=", ticketId)
    .orderBy("m.seq", "desc")
    .limit(50)
    .execute();

/** Unread messages by ticket, each counted up to 100; tickets without any are left out. */
export async function countUnread(reader: Reader, ticketIds: readonly string[]): Promise<Map<string, number>> {
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
}
