/** Tickets in the database: opening under a limit, guarded changes, people. Lists are in store.list.ts. */
import { db, type Param, type Sql } from "@/lib/core/db";
import type { MessageRow, Person, TicketRow } from "./rows";
import { fold, insertMessage, type NewMessageRow, preview } from "./store.common";

/** Columns a change may set. */
type Changes = Partial<Omit<TicketRow, "seq" | "id" | "requester">>;
/** Conditions a ticket must still meet when it is changed. */
const GUARDS = {
  any: "1 = 1",
  open: "status = 'open'",
  active: "status <> 'closed'",
  reopenable: "status = 'closed' AND merged_into IS NULL AND reopen_count < $2",
  /** Untouched since it was looked at. */
  idle: "status <> 'closed' AND last_at = $2",
  /** Not edited since. */
  unedited: "version = $2",
} as const;
type Guard = keyof typeof GUARDS;

/** A changed ticket, and the line that tells of it. */
export type Changed = { row: TicketRow; message: MessageRow | null };

export type NewTicketRow = Pick<
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

/** `col = $n` for each change, parameters from `$from` on. */
/** The columns staff edit in a form: changing one counts the version up. */
const EDITED = ["type", "subject", "priority", "tags"] as const;

function assignments(changes: Changes, from: number): { text: string; params: Param[] } {
  const entries = Object.entries(changes) as [string, Param][];
  const texts = entries.map(([column], at) => `${column} = $${from + at}`);
  if (EDITED.some((column) => column in changes)) texts.push("version = version + 1");
  return {
    text: texts.join(", "),
    params: entries.map(([, value]) => value),
  };
}

const openOf = (tx: Sql, column: "requester" | "bot_id", value: string) =>
  tx
    .all<{ n: number }>(`SELECT count(*) AS n FROM ticket WHERE ${column} = $1 AND status <> 'closed'`, [value])
    .then(([row]) => row!.n);

const findIn = async (tx: Pick<Sql, "all">, id: string): Promise<TicketRow | undefined> =>
  (await tx.all<TicketRow>("SELECT * FROM ticket WHERE id = $1", [id]))[0];

export function createTicketStore() {
  return {
    find: (id: string): Promise<TicketRow | undefined> => findIn(db(), id),

    countOpen: (requester: string): Promise<number> => openOf(db(), "requester", requester),

    /**
     * Stores a ticket and its first message, unless its requester (or its bot) has as many open as allowed (0: no limit).
     * Exact across processes.
     */
    async open(
      ticket: NewTicketRow,
      first: NewMessageRow,
      max: { requester: number; bot: number },
    ): Promise<{ row: TicketRow; opened?: string } | { full: "requester" | "bot" }> {
      return db().write(async (tx) => {
        if (tx.provider === "postgresql")
          await tx.all("SELECT pg_advisory_xact_lock(hashtext($1))", [`ticket:${ticket.bot_id ?? ticket.requester}`]);
        if (first.client_id !== null) {
          const [known] = await tx.all<{ id: string; content: string }>(
            "SELECT t.id, m.content FROM ticket t JOIN ticket_message m ON m.ticket_id = t.id AND m.author = t.requester AND m.client_id = $2 WHERE t.requester = $1",
            [ticket.requester, first.client_id],
          );
          const row = known && (await findIn(tx, known.id));
          if (known && row) return { row, opened: known.content };
        }
        if (max.requester > 0 && (await openOf(tx, "requester", ticket.requester)) >= max.requester)
          return { full: "requester" };
        if (ticket.bot_id !== null && (await openOf(tx, "bot_id", ticket.bot_id)) >= max.bot) return { full: "bot" };
        const row = {
          ...ticket,
          folded: folded(ticket.subject, ticket.user_name),
          last_at: ticket.created_at,
          last_message: preview(first.content),
          last_message_at: ticket.created_at,
          last_author: first.author_name,
        };
        const names = Object.keys(row);
        const [stored] = await tx.all<TicketRow>(
          `INSERT INTO ticket (${names.join(", ")}) VALUES (${names.map((_, at) => `$${at + 1}`).join(", ")}) RETURNING *`,
          Object.values(row) as Param[],
        );
        await insertMessage(tx, first);
        return { row: stored! };
      });
    },

    /**
     * Changes a ticket that still meets `guard`, and tells of it in the conversation; undefined when it does not.
     * `event.at` becomes the ticket's last activity unless the event is a note.
     */
    async change(
      id: string,
      changes: Changes,
      event: NewMessageRow | undefined,
      guard: Guard = "any",
      guardValue: Param = null,
    ): Promise<Changed | undefined> {
      return db().write(async (tx) => {
        const guarded = GUARDS[guard].includes("$2");
        const all: Changes & { folded?: string } = { ...changes, ...(event && !event.note && { last_at: event.at }) };
        const before = changes.subject === undefined ? undefined : await findIn(tx, id);
        if (before) all.folded = folded(changes.subject!, before.user_name);
        const { text, params } = assignments(all, guarded ? 3 : 2);
        const [row] = await tx.all<TicketRow>(
          `UPDATE ticket SET ${text || "seq = seq"} WHERE id = $1 AND ${GUARDS[guard]} RETURNING *`,
          [id, ...(guarded ? [guardValue] : []), ...params],
        );
        if (!row) return undefined;
        return { row, message: event ? await insertMessage(tx, event) : null };
      });
    },

    /** Removes a ticket with all that hangs on it; the names of its files. */
    async remove(id: string): Promise<string[]> {
      return db().write(async (tx) => {
        const files = await tx.all<{ file: string }>("SELECT file FROM ticket_attachment WHERE ticket_id = $1", [id]);
        await tx.run("DELETE FROM ticket WHERE id = $1", [id]);
        return files.map(({ file }) => file);
      });
    },

    /** Moves everything said in one ticket to the other and closes the first. @returns undefined when one of them no longer fits */
    async merge(
      fromId: string,
      intoId: string,
      closing: Changes,
      events: { from: NewMessageRow; into: NewMessageRow },
    ): Promise<{ from: Changed; into: Changed } | undefined> {
      return db().write(async (tx) => {
        // Taken in one order, so that two merges the opposite ways never wait for each other.
        for (const id of [fromId, intoId].sort()) await tx.run("UPDATE ticket SET seq = seq WHERE id = $1", [id]);
        const [from, into] = [await findIn(tx, fromId), await findIn(tx, intoId)];
        const fits = from && into && from.requester === into.requester && !from.merged_into && into.status !== "closed";
        if (!fits) return undefined;
        // A sender's own ids hold within one ticket.
        await tx.run("UPDATE ticket_message SET ticket_id = $2, client_id = NULL WHERE ticket_id = $1", [
          fromId,
          intoId,
        ]);
        await tx.run("UPDATE ticket_attachment SET ticket_id = $2 WHERE ticket_id = $1", [fromId, intoId]);
        const lines = { from: await insertMessage(tx, events.from), into: await insertMessage(tx, events.into) };
        const newer = (from.last_message_at ?? 0) > (into.last_message_at ?? 0) ? from : into;
        const set = async (id: string, changes: Changes, message: MessageRow): Promise<Changed> => {
          const { text, params } = assignments(changes, 2);
          const [row] = await tx.all<TicketRow>(`UPDATE ticket SET ${text} WHERE id = $1 RETURNING *`, [id, ...params]);
          return { row: row!, message };
        };
        return {
          from: await set(fromId, { ...closing, last_at: events.from.at }, lines.from),
          into: await set(
            intoId,
            {
              last_message: newer.last_message,
              last_message_at: newer.last_message_at,
              last_author: newer.last_author,
              last_at: events.into.at,
            },
            lines.into,
          ),
        };
      });
    },

    /** Returns a bot's name, or its id when the bot is deleted. */
    async botName(id: string): Promise<string> {
      const [row] = await db().all<{ name: string }>("SELECT name FROM bot WHERE id = $1", [id]);
      return row?.name || id;
    },

    async person(id: number): Promise<Person | undefined> {
      return (await people("id = $1", [id]))[0];
    },

    /** Active moderators and admins by name, at most 200, with how many tickets each has claimed. */
    async staff(): Promise<(Person & { claimed: number })[]> {
      const found = await people("role <> 'user' AND is_active = TRUE ORDER BY username LIMIT 200", []);
      const counts = await db().all<{ id: number; n: number }>(
        "SELECT assigned_to AS id, count(*) AS n FROM ticket WHERE status = 'claimed' GROUP BY assigned_to",
      );
      const claimed = new Map(counts.map(({ id, n }) => [id, n]));
      return found.map((one) => ({ ...one, claimed: claimed.get(one.id) ?? 0 }));
    },
  };
}

/** Accounts are another room's table: here they are only read. */
async function people(where: string, params: Param[]): Promise<Person[]> {
  const rows = await db().all<Omit<Person, "active"> & { active: number }>(
    `SELECT id, username, fullname, email, image, role, CASE WHEN is_active = TRUE THEN 1 ELSE 0 END AS active FROM "user" WHERE ${where}`,
    params,
  );
  return rows.map((row) => ({ ...row, active: row.active === 1 }));
}

export type TicketStore = ReturnType<typeof createTicketStore>;
