/** Lists and counters of tickets: keyset by latest activity, search in slices, counts with a cap. */
import type { Expression, ExpressionBuilder, SqlBool } from "kysely";
import type { Tables } from "@/generated/tables";
import { contains, inList, query, readPage } from "@/lib/core/db";
import { yieldToEventLoop } from "@/lib/core/event-loop";
import type { Cursor, Page } from "@/lib/core/pages";
import { botsOf } from "@/lib/fleet/bots";
import { COUNT_CAP, type TicketQuery } from "./contract";
import { type Reader, unreadOf } from "./conversation/store.reads";
import type { TicketCounts } from "./desk/contract";
import type { Notes, TicketScope } from "./policy";
import type { TicketRow } from "./rows";
import { fold, SEEN } from "./store.common";

export type ListFilter = Pick<TicketQuery, "status" | "type" | "priority" | "user_id" | "bot_id" | "q"> & {
  unassigned?: boolean;
  assigned_to?: number;
  owner_id?: number;
};

/**
 * The number of tickets that one step of a search reads, and the steps of one request. The event loop runs other work
 * in between.
 */
const SLICE = 500;
const SLICES = 20;
/** The most active tickets that are checked for unread messages. */
const UNREAD_LOOK = 500;
const UNREAD_CAP = 100;

/** The order of the list, which is also its cursor: time of the latest activity, then `seq`. */
const NEWEST = { by: ["last_at", "seq"], direction: "desc" } as const;

type Condition = Expression<SqlBool>;
type TicketBuilder = ExpressionBuilder<Tables, "ticket">;

function within(eb: TicketBuilder, { owner_id, operated, bot_id, bot_ids }: TicketScope): Condition[] {
  const conditions: Condition[] = [];
  if (bot_id !== undefined) conditions.push(eb("bot_id", "=", bot_id));
  if (bot_ids !== undefined) conditions.push(eb("bot_id", "in", inList(bot_ids)));
  if (owner_id !== undefined && operated === undefined) conditions.push(eb("owner_id", "=", owner_id));
  if (owner_id !== undefined && operated !== undefined)
    conditions.push(
      eb.or([eb("owner_id", "=", owner_id), eb("bot_id", "in", botsOf({ visible: operated }).select("bot.id"))]),
    );
  return conditions;
}

function matching(eb: TicketBuilder, filter: ListFilter): Condition[] {
  const conditions = within(eb, filter);
  for (const column of ["type", "priority", "user_id", "assigned_to"] as const) {
    const value = filter[column];
    if (value !== undefined) conditions.push(eb(column, "=", value));
  }
  if (filter.status === "active") conditions.push(eb("status", "<>", "closed"));
  else if (filter.status !== "all") conditions.push(eb("status", "=", filter.status));
  if (filter.unassigned) conditions.push(eb("assigned_to", "is", null));
  return conditions;
}

/** Matches tickets whose subject, number or a message contains the text. */
function holds(eb: TicketBuilder, q: string, notes: Notes): Condition {
  const text = fold(q);
  const number = /^#?(\d{1,15})$/.exec(q)?.[1];
  return eb.or([
    contains(eb.ref("ticket.folded"), text),
    ...(number ? [eb("ticket.seq", "=", Number(number))] : []),
    eb.exists(
      eb
        .selectFrom("ticket_message as m")
        .select("m.seq")
        .whereRef("m.ticket_id", "=", "ticket.id")
        .where("m.note", "in", SEEN[notes])
        .where((m) => contains(m.ref("m.folded"), text)),
    ),
  ]);
}

const listed = (scope: TicketScope, filter: ListFilter) =>
  query()
    .selectFrom("ticket")
    .where((eb) => eb.and([...within(eb, scope), ...matching(eb, filter)]));

/** Searches one slice of the list: returns the matching rows, and where the next slice begins. */
async function searchSlice(
  scope: TicketScope,
  filter: ListFilter & { q: string },
  notes: Notes,
  after: Cursor | undefined,
): Promise<Page<TicketRow>> {
  const slice = await readPage(listed(scope, filter).select(["id", "last_at", "seq"]), NEWEST, { after, limit: SLICE });
  if (slice.rows.length === 0) return { rows: [], next: undefined };
  const found = await query()
    .selectFrom("ticket")
    .selectAll()
    .where("id", "in", inList(slice.rows.map(({ row }) => row.id)))
    .where((eb) => holds(eb, filter.q, notes))
    .$castTo<TicketRow>()
    .execute();
  const byId = new Map(found.map((row) => [row.id, row]));
  // A ticket may have moved up between the two statements. Show it where it was.
  const rows = slice.rows.flatMap(({ row, cursor }) => (byId.has(row.id) ? [{ row: byId.get(row.id)!, cursor }] : []));
  return { rows, next: slice.next };
}

/**
 * Lists tickets by latest activity. A page of a search may hold fewer tickets than asked for, or none, and still have a
 * next page.
 */
async function ticketPage(
  scope: TicketScope,
  { q, ...filter }: ListFilter,
  notes: Notes,
  { limit, after }: { limit: number; after?: Cursor },
): Promise<Page<TicketRow>> {
  if (!q) {
    const tickets = listed(scope, filter).selectAll().$castTo<TicketRow>();
    return readPage(tickets, NEWEST, { after, limit });
  }
  const rows: Page<TicketRow>["rows"] = [];
  let from = after;
  for (let step = 0; step < SLICES; step++) {
    const slice = await searchSlice(scope, { ...filter, q }, notes, from);
    rows.push(...slice.rows);
    if (rows.length > limit) return { rows: rows.slice(0, limit), next: rows[limit - 1]?.cursor };
    if (!slice.next) return { rows, next: undefined };
    from = slice.next;
    await yieldToEventLoop();
  }
  return { rows, next: from };
}

/** Counts the tickets of each filter, each up to a cap, in two statements. */
async function countTickets(
  scope: TicketScope,
  own: TicketScope,
  assignee: number | null,
  reader: Reader,
): Promise<TicketCounts> {
  const isActive = (eb: TicketBuilder) => eb("status", "in", ["open", "claimed"]);
  type Conditions = (eb: TicketBuilder) => Condition[];
  const count = (conditions: Conditions) =>
    query()
      .selectFrom((outer) =>
        outer
          .selectFrom("ticket")
          .select("ticket.seq")
          .where((eb) => eb.and([...within(eb, scope), ...conditions(eb)]))
          .limit(COUNT_CAP)
          .as("capped"),
      )
      .select((eb) => eb.fn.countAll<number>().as("n"));
  const found = await query()
    .selectNoFrom([
      count((eb) => [eb("status", "=", "open")]).as("open"),
      count((eb) => [eb("status", "=", "claimed")]).as("claimed"),
      count((eb) => [eb("status", "=", "closed")]).as("closed"),
      count(() => []).as("all"),
      count((eb) => [isActive(eb), ...within(eb, own.bot_id ? own : { owner_id: own.owner_id ?? 0 })]).as("mine"),
      count((eb) => [isActive(eb), assignee === null ? eb.lit(false) : eb("assigned_to", "=", assignee)]).as(
        "assigned",
      ),
      count((eb) => [isActive(eb), eb("assigned_to", "is", null)]).as("unassigned"),
    ])
    .executeTakeFirstOrThrow();
  const looked = query()
    .selectFrom("ticket")
    .select("id")
    .where((eb) => eb.and([...within(eb, scope), isActive(eb)]))
    // Tickets assigned to a colleague count as unread for that colleague, and for their requester.
    .$if(assignee !== null, (active) =>
      active.where((eb) =>
        eb.or([eb("assigned_to", "is", null), eb("assigned_to", "=", assignee), eb("owner_id", "=", assignee)]),
      ),
    )
    .orderBy("last_at", "desc")
    .orderBy("seq", "desc")
    .limit(UNREAD_LOOK);
  const { unread } = await query()
    .selectFrom((outer) =>
      outer
        .selectFrom("ticket")
        .select("ticket.id")
        .where("ticket.id", "in", looked)
        .where((eb) => eb.exists(unreadOf(eb, reader)))
        .limit(UNREAD_CAP)
        .as("capped"),
    )
    .select((eb) => eb.fn.countAll<number>().as("unread"))
    .executeTakeFirstOrThrow();
  const counts = found as Record<keyof typeof found, number>;
  return { ...counts, active: Math.min(COUNT_CAP, counts.open + counts.claimed), unread };
}

export const createListStore = () => ({ page: ticketPage, counts: countTickets });

export type ListStore = ReturnType<typeof createListStore>;
