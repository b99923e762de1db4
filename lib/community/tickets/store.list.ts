/** Lists and counters of tickets: keyset by latest activity, search in slices, counts with a cap. */
import { containing, db, type Param } from "@/lib/core/db";
import { yieldToEventLoop } from "@/lib/core/event-loop";
import { COUNT_CAP, type TicketQuery } from "./contract";
import { type Reader, unreadParams, unreadWhere } from "./conversation/store";
import type { TicketCounts } from "./desk/contract";
import type { TicketRow } from "./rows";
import { fold } from "./store.common";

/** The owner of the listed tickets; undefined lists everybody's. */
export type Scope = { owner_id?: number; bot_id?: string };
export type ListFilter = Pick<TicketQuery, "status" | "type" | "priority" | "user_id" | "bot_id" | "q"> & {
  unassigned?: boolean;
  assigned_to?: number;
  owner_id?: number;
};
export type Place = { last_at: number; seq: number };

/** Tickets one step of a search looks through, and steps of one request; the event loop turns in between. */
const SLICE = 500;
const SLICES = 20;
/** Active tickets that are looked at for something unread. */
const UNREAD_LOOK = 500;
const UNREAD_CAP = 100;

class Where {
  readonly params: Param[] = [];
  readonly conditions: string[] = [];
  bind = (value: Param) => `$${this.params.push(value)}`;
  equal(column: string, value: Param | undefined) {
    if (value !== undefined) this.conditions.push(`t.${column} = ${this.bind(value)}`);
  }
  get text() {
    return this.conditions.length > 0 ? `WHERE ${this.conditions.join(" AND ")}` : "";
  }
}

function filtered(scope: Scope, filter: ListFilter, after: Place | undefined): Where {
  const where = new Where();
  where.equal("owner_id", scope.owner_id);
  where.equal("bot_id", scope.bot_id);
  if (filter.status === "active") where.conditions.push("t.status <> 'closed'");
  else if (filter.status !== "all") where.equal("status", filter.status);
  where.equal("type", filter.type);
  where.equal("priority", filter.priority);
  where.equal("user_id", filter.user_id);
  where.equal("bot_id", filter.bot_id);
  where.equal("assigned_to", filter.assigned_to);
  where.equal("owner_id", filter.owner_id);
  if (filter.unassigned) where.conditions.push("t.assigned_to IS NULL");
  if (after) {
    const at = where.bind(after.last_at);
    where.conditions.push(`(t.last_at < ${at} OR (t.last_at = ${at} AND t.seq < ${where.bind(after.seq)}))`);
  }
  return where;
}

export function createListStore() {
  const newest = "ORDER BY t.last_at DESC, t.seq DESC";

  /** One slice of the list's order, of it what the search finds, and where the slice ended (undefined: at the end). */
  async function searchSlice(where: Where, q: string, notes: boolean): Promise<{ found: TicketRow[]; end?: Place }> {
    const slice = await db().all<{ id: string; last_at: number; seq: number }>(
      `SELECT t.id, t.last_at, t.seq FROM ticket t ${where.text} ${newest} LIMIT ${SLICE}`,
      where.params,
    );
    if (slice.length === 0) return { found: [] };
    const bound = new Where();
    const last = slice.at(-1)!;
    const ids = bound.bind(JSON.stringify(slice.map(({ id }) => id)));
    const list =
      db().provider === "sqlite"
        ? `SELECT value FROM json_each(${ids})`
        : `SELECT json_array_elements_text(${ids}::json)`;
    const pattern = bound.bind(containing(fold(q)));
    const number = /^#?(\d{1,15})$/.exec(q)?.[1];
    bound.conditions.push(
      `t.id IN (${list})`,
      `(t.folded LIKE ${pattern} ESCAPE '\\'${number ? ` OR t.seq = ${bound.bind(Number(number))}` : ""} OR EXISTS (SELECT 1 FROM ticket_message m WHERE m.ticket_id = t.id${
        notes ? "" : " AND m.note = 0"
      } AND m.folded LIKE ${pattern} ESCAPE '\\'))`,
    );
    // Between the two statements a ticket may have moved up: it is shown where it was.
    const rows = await db().all<TicketRow>(`SELECT t.* FROM ticket t ${bound.text} ${newest}`, bound.params);
    const place = new Map(slice.map(({ id }, at) => [id, at]));
    return {
      found: rows.sort((a, b) => place.get(a.id)! - place.get(b.id)!),
      end: slice.length < SLICE ? undefined : { last_at: last.last_at, seq: last.seq },
    };
  }

  return {
    /**
     * Tickets in the order of their latest activity. `next` is where to go on; with a search the page may hold fewer
     * tickets than asked for, or none, and still go on.
     */
    async page(
      scope: Scope,
      filter: ListFilter,
      notes: boolean,
      { limit, after }: { limit: number; after?: Place },
    ): Promise<{ rows: TicketRow[]; next: Place | undefined }> {
      if (!filter.q) {
        const where = filtered(scope, filter, after);
        const rows = await db().all<TicketRow>(
          `SELECT t.* FROM ticket t ${where.text} ${newest} LIMIT ${where.bind(limit + 1)}`,
          where.params,
        );
        const more = rows.length > limit;
        if (more) rows.pop();
        return { rows, next: more ? rows.at(-1) : undefined };
      }
      const rows: TicketRow[] = [];
      let from = after;
      for (let step = 0; step < SLICES; step++) {
        const { found, end } = await searchSlice(filtered(scope, filter, from), filter.q, notes);
        rows.push(...found);
        if (rows.length > limit) return { rows: rows.slice(0, limit), next: rows[limit - 1] };
        if (!end) return { rows, next: undefined };
        from = end;
        await yieldToEventLoop();
      }
      return { rows, next: from };
    },

    /** How many tickets each filter holds, each up to a cap; two statements. */
    async counts(scope: Scope, mine: Scope, assignee: number | null, reader: Reader): Promise<TicketCounts> {
      const where = new Where();
      const own: string[] = [];
      if (scope.owner_id !== undefined) own.push(`t.owner_id = ${where.bind(scope.owner_id)}`);
      if (scope.bot_id !== undefined) own.push(`t.bot_id = ${where.bind(scope.bot_id)}`);
      const count = (name: string, ...conditions: string[]) => {
        const all = [...own, ...conditions];
        return `(SELECT count(*) FROM (SELECT 1 FROM ticket t${all.length > 0 ? ` WHERE ${all.join(" AND ")}` : ""} LIMIT ${COUNT_CAP}) AS c) AS ${name}`;
      };
      const active = "t.status IN ('open', 'claimed')";
      const minesOwn =
        mine.bot_id !== undefined
          ? `t.bot_id = ${where.bind(mine.bot_id)}`
          : `t.owner_id = ${where.bind(mine.owner_id ?? 0)}`;
      const [row] = await db().all<Omit<TicketCounts, "unread" | "active">>(
        `SELECT ${[
          count("open", "t.status = 'open'"),
          count("claimed", "t.status = 'claimed'"),
          count("closed", "t.status = 'closed'"),
          count('"all"'),
          count("mine", active, minesOwn),
          count("assigned", active, assignee === null ? "1 = 0" : `t.assigned_to = ${where.bind(assignee)}`),
          count("unassigned", active, "t.assigned_to IS NULL"),
        ].join(", ")}`,
        where.params,
      );
      const look = new Where();
      look.params.push(...unreadParams(reader));
      look.equal("owner_id", scope.owner_id);
      look.equal("bot_id", scope.bot_id);
      look.conditions.push(active);
      // Tickets assigned to a colleague count as unread for that colleague only.
      if (assignee !== null) look.conditions.push(`(t.assigned_to IS NULL OR t.assigned_to = ${look.bind(assignee)})`);
      const [unread] = await db().all<{ n: number }>(
        `SELECT count(*) AS n FROM (SELECT t.id FROM (SELECT t.id FROM ticket t ${look.text} ${newest} LIMIT ${UNREAD_LOOK}) AS t
         WHERE EXISTS (SELECT 1 FROM ticket_message m WHERE ${unreadWhere(reader)}) LIMIT ${UNREAD_CAP}) AS c`,
        look.params,
      );
      return { ...row!, active: Math.min(COUNT_CAP, row!.open + row!.claimed), unread: unread!.n };
    },
  };
}

export type ListStore = ReturnType<typeof createListStore>;
