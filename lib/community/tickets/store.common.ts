/** What the stores of tickets share: text as search compares it, and putting one message down. */
import { type Queries, query, type Row, type SqlBool, sql } from "@/lib/core/db";
import { cutText } from "@/lib/core/format/text";
import type { MessageRow, Person, TicketRow } from "./rows";

export type NewMessageRow = Omit<MessageRow, "seq" | "folded">;

/** As search compares texts; by way of capitals, so that "ß" is "ss". */
export const fold = (text: string): string => text.normalize("NFKC").toUpperCase().toLowerCase();

/** The beginning of a message, for lists. */
export const preview = (text: string): string => cutText(text, 200);

/** Events are no text anybody searches for. */
export const insertMessage = (trx: Queries, message: NewMessageRow): Promise<MessageRow> =>
  trx
    .insertInto("ticket_message")
    .values({ ...message, folded: message.author_type === "system" ? "" : fold(message.content) })
    .returningAll()
    .$castTo<MessageRow>()
    .executeTakeFirstOrThrow();

export const findTicket = (queries: Queries, id: string): Promise<TicketRow | undefined> =>
  queries.selectFrom("ticket").selectAll().where("id", "=", id).$castTo<TicketRow>().executeTakeFirst();

/** Holds a ticket's row on PostgreSQL until the transaction ends. */
export const holdTicket = (trx: Queries, id: string) =>
  trx
    .updateTable("ticket")
    .set((eb) => ({ seq: eb.ref("seq") }))
    .where("id", "=", id);

/**
 * The ticket as a message leaves it; undefined when it takes none: closed, or for a note merged away. Holds the row on
 * PostgreSQL, so that the messages of one ticket get their `seq` in the order of their commits.
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

const IS_ACTIVE = sql<SqlBool>`is_active = true`;

type Account = Pick<Row<"user">, "id" | "username" | "fullname" | "email" | "image"> & Pick<Person, "role">;

/** Accounts are another room's table: here they are only read. */
const accounts = () =>
  query()
    .selectFrom("user")
    .select(["id", "username", "fullname", "email", "image", "role"])
    .select((eb) => eb.case().when(IS_ACTIVE).then(1).else(0).end().as("active"))
    .$castTo<Account & { active: number }>();

const toPerson = ({ active, ...account }: Account & { active: number }): Person => ({
  ...account,
  active: active === 1,
});

export async function findPerson(id: number): Promise<Person | undefined> {
  const account = await accounts().where("id", "=", id).executeTakeFirst();
  return account && toPerson(account);
}

/** Active moderators and admins by name, at most 200. */
export async function findStaff(): Promise<Person[]> {
  const staff = await accounts().where("role", "<>", "user").where(IS_ACTIVE).orderBy("username").limit(200).execute();
  return staff.map(toPerson);
}
