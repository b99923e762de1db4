/** Lists of tickets and their counters. */
import type { Actor } from "@/lib/core/actor";
import { AppError, invalid } from "@/lib/core/errors";
import { afterPair, dashed, rowsOf, shownPage } from "@/lib/core/pages";
import { canOperate, needsRole, roleOnBot } from "@/lib/identity/access";
import type { TicketPage, TicketQuery } from "./contract";
import type { TicketCounts } from "./desk/contract";
import { isAnswerer, type Party, partyOf, type TicketScope, visibleTickets } from "./policy";
import { toTicket } from "./rows";
import type { Deps } from "./service.common";
import type { ListFilter } from "./store.list";

/** The scope of tickets that the caller owns. */
const own = (party: Party): TicketScope => (party.bot_id ? { bot_id: party.bot_id } : { owner_id: party.account });

export function createLists({ lists, messages, people }: Pick<Deps, "lists" | "messages" | "people">) {
  async function page(
    party: Party,
    scope: TicketScope,
    filter: ListFilter,
    query: Pick<TicketQuery, "limit" | "cursor">,
  ) {
    const found = await lists.page(scope, filter, party.notes, {
      limit: query.limit,
      after: afterPair(query.cursor),
    });
    const unread = await messages.unread(
      party,
      found.rows.map(({ row }) => row.id),
    );
    return shownPage(found, (row) => toTicket(row, isAnswerer(party, row), unread.get(row.id) ?? 0), dashed);
  }
  const plain = ({ items, next_cursor }: Awaited<ReturnType<typeof page>>) => ({
    tickets: rowsOf(items),
    count: items.length,
    next_cursor,
  });

  async function demandOperator(actor: Actor, botId: string): Promise<void> {
    const bot = await people.bot(botId);
    const role = bot && roleOnBot(actor, bot);
    if (!bot || !role) throw new AppError("NOT_FOUND", `No bot ${botId}`);
    if (!canOperate(actor, bot)) throw needsRole("operator", role, "bot");
  }

  /**
   * @throws AppError INVALID_INPUT  a filter by priority from somebody who does not know of it
   * @throws AppError NOT_FOUND, FORBIDDEN  a filter by a bot whose tickets the caller may not see
   */
  async function visiblePage(actor: Actor, query: TicketQuery) {
    const party = partyOf(actor, "read");
    // A requester must not learn the priority of their ticket, so the filter needs a bot whose tickets the caller answers.
    if (query.priority && !party.staff && (party.kind === "bot" || !query.bot_id))
      throw invalid("priority", "only staff sort all tickets by priority; name a bot_id that you operate");
    if (query.bot_id && !party.staff && query.bot_id !== party.bot_id) await demandOperator(actor, query.bot_id);
    const { view, limit, cursor, ...filter } = query;
    const mine = view === "mine" ? own(party) : {};
    // Bots have no tickets assigned to them.
    const assigned = view === "assigned" ? { assigned_to: party.kind === "user" ? party.account : -1 } : {};
    const unassigned = view === "unassigned" ? { unassigned: true } : {};
    return page(
      party,
      visibleTickets(actor, party),
      { ...filter, ...mine, ...assigned, ...unassigned },
      { limit, cursor },
    );
  }

  return {
    page: visiblePage,

    list: async (actor: Actor, query: TicketQuery): Promise<TicketPage> => plain(await visiblePage(actor, query)),

    async mine(actor: Actor, { limit, cursor, ...filter }: Pick<TicketQuery, "status" | "limit" | "cursor">) {
      const party = partyOf(actor, "read");
      return plain(await page(party, visibleTickets(actor, party), { ...filter, ...own(party) }, { limit, cursor }));
    },

    async counts(actor: Actor): Promise<TicketCounts> {
      const party = partyOf(actor, "read");
      return lists.counts(
        visibleTickets(actor, party),
        own(party),
        party.kind === "user" ? party.account : null,
        party,
      );
    },
  };
}
