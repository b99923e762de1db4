/** Lists of tickets and their counters. */
import type { Actor } from "@/lib/core/actor";
import { AppError, invalid } from "@/lib/core/errors";
import { afterPair, dashed, rowsOf, shownPage } from "@/lib/core/pages";
import type { TicketPage, TicketQuery } from "./contract";
import type { TicketCounts } from "./desk/contract";
import { type Party, partyOf } from "./policy";
import { toTicket } from "./rows";
import type { Deps } from "./service.common";
import type { ListFilter, Scope } from "./store.list";

/** The scope of tickets that the caller owns. */
const own = (party: Party): Scope => (party.bot_id ? { bot_id: party.bot_id } : { owner_id: party.account });
const visible = (party: Party): Scope => (party.staff ? {} : own(party));

export function createLists({ lists, messages }: Pick<Deps, "lists" | "messages">) {
  async function page(party: Party, scope: Scope, filter: ListFilter, query: Pick<TicketQuery, "limit" | "cursor">) {
    const found = await lists.page(scope, filter, party.staff, {
      limit: query.limit,
      after: afterPair(query.cursor),
    });
    const unread = await messages.unread(
      party,
      found.rows.map(({ row }) => row.id),
    );
    return shownPage(found, (row) => toTicket(row, party.staff, unread.get(row.id) ?? 0), dashed);
  }
  const plain = ({ items, next_cursor }: Awaited<ReturnType<typeof page>>) => ({
    tickets: rowsOf(items),
    count: items.length,
    next_cursor,
  });

  /**
   * @throws AppError INVALID_INPUT  a filter by priority from somebody who does not know of it
   * @throws AppError NOT_FOUND      a filter by a bot whose tickets the caller may not see
   */
  async function visiblePage(actor: Actor, query: TicketQuery) {
    const party = partyOf(actor, "read");
    if (query.priority && !party.staff) throw invalid("priority", "only staff sort tickets by priority");
    if (query.bot_id && !party.staff && query.bot_id !== party.bot_id)
      throw new AppError("NOT_FOUND", `No bot ${query.bot_id}`);
    const { view, limit, cursor, ...filter } = query;
    const mine = view === "mine" ? own(party) : {};
    // Only staff have tickets assigned to them.
    const assigned = view === "assigned" ? { assigned_to: party.staff ? party.account : -1 } : {};
    const unassigned = view === "unassigned" ? { unassigned: true } : {};
    return page(party, visible(party), { ...filter, ...mine, ...assigned, ...unassigned }, { limit, cursor });
  }

  return {
    page: visiblePage,

    list: async (actor: Actor, query: TicketQuery): Promise<TicketPage> => plain(await visiblePage(actor, query)),

    async mine(actor: Actor, { limit, cursor, ...filter }: Pick<TicketQuery, "status" | "limit" | "cursor">) {
      const party = partyOf(actor, "read");
      return plain(await page(party, own(party), filter, { limit, cursor }));
    },

    async counts(actor: Actor): Promise<TicketCounts> {
      const party = partyOf(actor, "read");
      return lists.counts(visible(party), own(party), party.staff ? party.account : null, party);
    },
  };
}
