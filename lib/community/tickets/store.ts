/** Tickets in the database: opening under a limit, guarded changes, merging. Lists are in store.list.ts. */
import type { ExpressionBuilder } from "kysely";
import type { Tables } from "@/generated/tables";
import { type ColumnMap, changedColumns, fieldsOf, lockName, type Queries, query, transaction } from "@/lib/core/db";
import { addFacts } from "@/lib/core/outbox";
import type { TicketPatch } from "./desk/contract";
import { type MessageRow, type TicketRow, toFact } from "./rows";
import { findTicket, fold, holdTicket, insertMessage, type NewMessageRow, preview } from "./store.common";

/** Columns a change may set. */
type Changes = Partial<Omit<TicketRow, "seq" | "id" | "requester" | "folded">>;
/**
 * The state a ticket must still have when it is changed. `reopenable` takes the largest number of times that a ticket reopens,
 * `idle` the time of its last activity, `unedited` its version.
 */
type Guard = "any" | "open" | "active" | "reopenable" | "idle" | "unedited";

function meets(eb: ExpressionBuilder<Tables, "ticket">, guard: Guard, value: number) {
  const isActive = eb("status", "<>", "closed");
  switch (guard) {
    case "any":
      return eb.and([]);
    case "open":
      return eb("status", "=", "open");
    case "active":
      return isActive;
    case "reopenable":
      return eb.and([eb("status", "=", "closed"), eb("merged_into", "is", null), eb("reopen_count", "<", value)]);
    case "idle":
      return eb.and([isActive, eb("last_at", "=", value)]);
    case "unedited":
      return eb("version", "=", value);
  }
}

/** A changed ticket, and the conversation line that reports the change. */
export type Changed = { row: TicketRow; message: MessageRow | null };

type NewTicketRow = Pick<
  TicketRow,
  | "id"
  | "requester"
  | "owner_id"
  | "bot_id"
  | "channel_id"
  | "user_id"
  | "user_name"
  | "user_avatar"
  | "type"
  | "subject"
  | "created_at"
>;

const folded = (subject: string, name: string) => fold(`${subject}\n${name}`);

/** Maps each field that staff edit to the column of the same name. Every change increments the version. */
const EDITS: ColumnMap<TicketPatch, "ticket"> = {
  priority: (priority) => ({ priority }),
  tags: (tags) => ({ tags: JSON.stringify([...new Set(tags)]) }),
  type: (type) => ({ type }),
  subject: (subject) => ({ subject }),
};
const EDITED = fieldsOf(EDITS);
/** The columns that a patch sets. */
export const editedColumns = (patch: TicketPatch) => changedColumns(EDITS, patch);

const changed = (trx: Queries, id: string, changes: Changes & { folded?: string }) =>
  (Object.keys(changes).length === 0
    ? holdTicket(trx, id)
    : trx.updateTable("ticket").set(changes).where("id", "=", id)
  )
    .$if(
      EDITED.some((column) => column in changes),
      (ticket) => ticket.set((eb) => ({ version: eb("version", "+", 1) })),
    )
    .returningAll()
    .$castTo<TicketRow>();

async function countOpen(queries: Queries, column: "requester" | "bot_id", value: string): Promise<number> {
  const { open } = await queries
    .selectFrom("ticket")
    .select((eb) => eb.fn.countAll<number>().as("open"))
    .where(column, "=", value)
    .where("status", "<>", "closed")
    .executeTakeFirstOrThrow();
  return open;
}

/** Finds the ticket that the same key opened before, with its first message. */
const openedBefore = (trx: Queries, requester: string, clientId: string) =>
  trx
    .selectFrom("ticket")
    .innerJoin("ticket_message", (join) =>
      join
        .onRef("ticket_message.ticket_id", "=", "ticket.id")
        .onRef("ticket_message.author", "=", "ticket.requester")
        .on("ticket_message.client_id", "=", clientId),
    )
    .select(["ticket.id", "ticket_message.content"])
    .where("ticket.requester", "=", requester)
    .executeTakeFirst();

/** Puts a ticket into the outbox. Tickets are the staff's, so no team's webhook receives them. */
const noteTicket = (trx: Queries, kind: "ticket.opened" | "ticket.closed", row: TicketRow, at: number): Promise<void> =>
  addFacts(trx, [{ kind, bot_id: row.bot_id, team_id: null, subject: row.id, at, data: toFact(row) }]);

/**
 * Stores a ticket and its first message, unless its requester (or its bot) has as many open as allowed (0: no limit).
 * Exact across processes.
 */
const openTicket = (
  ticket: NewTicketRow,
  first: NewMessageRow,
  max: { requester: number; bot: number },
): Promise<{ row: TicketRow; opened?: string } | { full: "requester" | "bot" }> =>
  transaction(async (trx) => {
    await lockName(trx, `ticket:${ticket.bot_id ?? ticket.requester}`);
    const known = first.client_id === null ? undefined : await openedBefore(trx, ticket.requester, first.client_id);
    const opened = known && (await findTicket(trx, known.id));
    if (known && opened) return { row: opened, opened: known.content };
    if (max.requester > 0 && (await countOpen(trx, "requester", ticket.requester)) >= max.requester)
      return { full: "requester" };
    if (ticket.bot_id !== null && (await countOpen(trx, "bot_id", ticket.bot_id)) >= max.bot) return { full: "bot" };
    const row = await trx
      .insertInto("ticket")
      .values({
        ...ticket,
        folded: folded(ticket.subject, ticket.user_name),
        last_at: ticket.created_at,
        last_message: preview(first.content),
        last_message_at: ticket.created_at,
        last_author: first.author_name,
      })
      .returningAll()
      .$castTo<TicketRow>()
      .executeTakeFirstOrThrow();
    await insertMessage(trx, first);
    await noteTicket(trx, "ticket.opened", row, row.created_at);
    return { row };
  });

/**
 * Changes a ticket that still meets `guard`, and adds an event to the conversation; undefined when it does not.
 * `event.at` becomes the ticket's last activity unless the event is a note.
 */
const changeTicket = (
  id: string,
  changes: Changes,
  event: NewMessageRow | undefined,
  guard: Guard = "any",
  guardValue = 0,
): Promise<Changed | undefined> =>
  transaction(async (trx) => {
    const before = changes.subject === undefined ? undefined : await findTicket(trx, id);
    const row = await changed(trx, id, {
      ...changes,
      ...(event && !event.note && { last_at: event.at }),
      ...(before && { folded: folded(changes.subject!, before.user_name) }),
    })
      .where((eb) => meets(eb, guard, guardValue))
      .executeTakeFirst();
    if (!row) return undefined;
    if (changes.status === "closed") await noteTicket(trx, "ticket.closed", row, row.closed_at ?? row.last_at);
    return { row, message: event ? await insertMessage(trx, event) : null };
  });

/** Removes a ticket with all its messages and attachments. Returns the files' names on disk. */
const removeTicket = (id: string): Promise<string[]> =>
  transaction(async (trx) => {
    const files = await trx.selectFrom("ticket_attachment").select("file").where("ticket_id", "=", id).execute();
    await trx.deleteFrom("ticket").where("id", "=", id).execute();
    return files.map(({ file }) => file);
  });

/**
 * Moves all messages of one ticket to the other, and closes the first. @returns undefined when one of them no longer
 * fits
 */
const mergeTickets = (
  fromId: string,
  intoId: string,
  closing: Changes,
  events: { from: NewMessageRow; into: NewMessageRow },
): Promise<{ from: Changed; into: Changed } | undefined> =>
  transaction(async (trx) => {
    // Lock the tickets in one order, so that two merges in opposite directions cannot deadlock.
    for (const id of [fromId, intoId].sort()) await holdTicket(trx, id).execute();
    const [from, into] = [await findTicket(trx, fromId), await findTicket(trx, intoId)];
    const fits = from && into && from.requester === into.requester && !from.merged_into && into.status !== "closed";
    if (!fits) return undefined;
    // A `client_id` is unique only within one ticket, so drop it.
    const moved = { ticket_id: intoId, client_id: null };
    await trx.updateTable("ticket_message").set(moved).where("ticket_id", "=", fromId).execute();
    const files = trx.updateTable("ticket_attachment").set({ ticket_id: intoId });
    await files.where("ticket_id", "=", fromId).execute();
    const lines = { from: await insertMessage(trx, events.from), into: await insertMessage(trx, events.into) };
    const { last_message, last_message_at, last_author } =
      (from.last_message_at ?? 0) > (into.last_message_at ?? 0) ? from : into;
    const set = async (id: string, changes: Changes, message: MessageRow): Promise<Changed> => ({
      row: await changed(trx, id, changes).executeTakeFirstOrThrow(),
      message,
    });
    const latest = { last_message, last_message_at, last_author, last_at: events.into.at };
    const closed = await set(fromId, { ...closing, last_at: events.from.at }, lines.from);
    await noteTicket(trx, "ticket.closed", closed.row, events.from.at);
    return { from: closed, into: await set(intoId, latest, lines.into) };
  });

export const createTicketStore = () => ({
  find: (id: string) => findTicket(query(), id),
  countOpen: (requester: string) => countOpen(query(), "requester", requester),
  open: openTicket,
  change: changeTicket,
  remove: removeTicket,
  merge: mergeTickets,
});

export type TicketStore = ReturnType<typeof createTicketStore>;
