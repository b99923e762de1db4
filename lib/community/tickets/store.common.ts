/** Shared by the stores of tickets: text in the form that search compares, and inserting one message. */
import type { Sql } from "@/lib/core/db";
import { cutText } from "@/lib/core/format/text";
import type { MessageRow, TicketRow } from "./rows";

export type NewMessageRow = Omit<MessageRow, "seq">;

/** As search compares texts; by way of capitals, so that "ß" is "ss". */
export const fold = (text: string): string => text.normalize("NFKC").toUpperCase().toLowerCase();

/** The beginning of a message, for lists. */
export const preview = (text: string): string => cutText(text, 200);

/** Events are no text anybody searches for. */
export async function insertMessage(tx: Sql, message: NewMessageRow): Promise<MessageRow> {
  const row = { ...message, folded: message.author_type === "system" ? "" : fold(message.content) };
  const names = Object.keys(row);
  const [stored] = await tx.all<MessageRow>(
    `INSERT INTO ticket_message (${names.join(", ")}) VALUES (${names.map((_, at) => `$${at + 1}`).join(", ")}) RETURNING *`,
    Object.values(row),
  );
  return stored!;
}

/**
 * The ticket as a message leaves it; undefined when it takes none: closed, or for a note merged away. Holds the row on
 * PostgreSQL, so that the messages of one ticket get their `seq` in the order of their commits.
 */
export async function touchTicket(
  tx: Sql,
  id: string,
  message: Pick<NewMessageRow, "content" | "at" | "note" | "author_name">,
): Promise<TicketRow | undefined> {
  const [row] = message.note
    ? await tx.all<TicketRow>("UPDATE ticket SET seq = seq WHERE id = $1 AND merged_into IS NULL RETURNING *", [id])
    : await tx.all<TicketRow>(
        "UPDATE ticket SET last_at = $2, last_message = $3, last_message_at = $2, last_author = $4 WHERE id = $1 AND status <> 'closed' RETURNING *",
        [id, message.at, preview(message.content || "(file)"), message.author_name],
      );
  return row;
}
