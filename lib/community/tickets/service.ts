/** Rules of tickets: opening under limits, lists, and one ticket as its reader sees it. */
import type { Actor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { rowsOf, shownPage } from "@/lib/core/pages";
import {
  ATTACHMENTS_PER_MESSAGE,
  type NewTicket,
  type Ticket,
  type TicketDetail,
  type TicketPage,
  type TicketQuery,
} from "./contract";
import type { TicketCounts } from "./desk/contract";
import { MAX_FILES_PER_TICKET } from "./files/service";
import { CONTENT_TYPES } from "./files/types";
import { type Party, partyOf } from "./policy";
import { type TicketRow, toFact, toTicket } from "./rows";
import { type Common, type Deps, sameText, type TicketSettings } from "./service.common";
import type { ListFilter, Scope } from "./store.list";

/** Open tickets of one bot, whoever they are for. */
const MAX_OPEN_PER_BOT = 10_000;
/** Messages that come with the ticket itself. */
const DETAIL_MESSAGES = 100;

export function createTicketService(deps: Deps, common: Common) {
  const { tickets, lists, messages, settings, emit, now, newId, maxFileBytes } = deps;

  /** The scope of tickets that the caller owns. */
  const own = (party: Party): Scope => (party.bot_id ? { bot_id: party.bot_id } : { owner_id: party.account });
  const visible = (party: Party): Scope => (party.staff ? {} : own(party));

  async function page(party: Party, scope: Scope, filter: ListFilter, query: Pick<TicketQuery, "limit" | "cursor">) {
    const found = await lists.page(scope, filter, party.staff, {
      limit: query.limit,
      after: query.cursor?.split("-").map(Number),
    });
    const unread = await messages.unread(
      party,
      found.rows.map(({ row }) => row.id),
    );
    return shownPage(
      found,
      (row) => toTicket(row, party.staff, unread.get(row.id) ?? 0),
      (cursor) => cursor.join("-"),
    );
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
    // Somebody who is not staff has nothing assigned.
    const assigned = view === "assigned" ? { assigned_to: party.staff ? party.account : -1 } : {};
    const unassigned = view === "unassigned" ? { unassigned: true } : {};
    return page(party, visible(party), { ...filter, ...mine, ...assigned, ...unassigned }, { limit, cursor });
  }

  return {
    /**
     * Opens a ticket with its first message. The same `key` from the same requester again answers the ticket opened then.
     *
     * @throws AppError INVALID_INPUT  no such type; a bot that does not say for whom; fields that only a bot may send
     * @throws AppError FORBIDDEN      tickets are switched off
     * @throws AppError CONFLICT       as many open as allowed; the key was used for another ticket
     */
    async open(actor: Actor, input: NewTicket, key?: string): Promise<Ticket> {
      const party = partyOf(actor, "operate");
      const set = await settings();
      if (!set.enabled) throw new AppError("FORBIDDEN", "Tickets are turned off on this server");
      const type = typeOf(input.type, set);
      const requester = await requesterOf(party, input);
      const id = newId("ticket");
      const at = now();
      const first = {
        id: newId("msg"),
        ...{ ticket_id: id, note: 0, author: requester.key, author_id: requester.user_id },
        ...{ author_name: requester.name, author_avatar: requester.avatar, author_type: "user" as const },
        ...{ content: input.description, at, bot_id: party.bot_id },
        // The prefix keeps these ids apart from those of messages.
        client_id: key === undefined ? null : `open:${key}`,
      };
      const stored = await tickets.open(
        {
          id,
          requester: requester.key,
          owner_id: party.bot_id ? null : party.account,
          bot_id: party.bot_id,
          channel_id: input.channel_id ?? null,
          user_id: requester.user_id,
          user_name: requester.name,
          user_avatar: requester.avatar,
          type,
          subject: input.subject,
          created_at: at,
        },
        first,
        { requester: set.max_open_per_user, bot: MAX_OPEN_PER_BOT },
      );
      if ("full" in stored)
        throw new AppError(
          "CONFLICT",
          stored.full === "bot"
            ? `This bot has ${MAX_OPEN_PER_BOT} open tickets: some must be closed first`
            : `${set.max_open_per_user} open tickets are all that one user may have: wait until one is closed`,
          { max_open_per_user: set.max_open_per_user },
        );
      if (stored.opened === undefined) emit("ticket.opened", { ticket: toFact(stored.row) });
      else if (!repeats(stored.row, stored.opened, { ...input, type }))
        throw new AppError("CONFLICT", "Idempotency-Key: was used for another ticket; send this one with its own", {
          ...{ field: "Idempotency-Key", ticket_id: stored.row.id },
        });
      return common.view(stored.row, party);
    },

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

    /** Returns what forms need: types, limits and accepted files. */
    async options(actor: Actor) {
      const party = partyOf(actor, "read");
      const { categories, ...set } = await settings();
      return {
        enabled: set.enabled,
        max_open_per_user: set.max_open_per_user,
        auto_close_hours: set.auto_close_hours,
        transcript_enabled: set.transcript_enabled,
        types: [...categories],
        open_count: await tickets.countOpen(party.reader),
        attachments: {
          max_bytes: maxFileBytes,
          max_per_message: ATTACHMENTS_PER_MESSAGE,
          max_per_ticket: MAX_FILES_PER_TICKET,
          content_types: CONTENT_TYPES,
        },
      };
    },

    /** @throws AppError NOT_FOUND, FORBIDDEN as `reach` */
    async get(actor: Actor, id: string): Promise<TicketDetail> {
      const { party, row } = await common.reach(actor, id, "read");
      const latest = await messages.page(id, party.staff, { limit: DETAIL_MESSAGES, direction: "desc" });
      const reads = await messages.reads(id, party.staff);
      return {
        ...(await common.view(row, party)),
        messages: await common.shown(rowsOf(latest.rows).reverse()),
        next_cursor: latest.next ? String(latest.next[0]) : null,
        read_seq: reads.find((one) => one.reader === party.reader)?.seq ?? 0,
        reads: reads
          .filter((one) => one.reader !== party.reader)
          .map((one) => ({
            user_id: one.reader.slice(1),
            user_name: one.name,
            last_read: iso(one.at),
            last_seq: one.seq,
          })),
      };
    },
  };

  /** Resolves the requester: the caller's account, or one of a bot's users. */
  async function requesterOf(party: Party, input: NewTicket) {
    if (party.bot_id) {
      if (!input.user_id) throw invalid("user_id", "a bot must say which of its users asks");
      return {
        key: outsideKey(party.bot_id, input.user_id),
        user_id: input.user_id,
        name: input.user_name ?? input.user_id,
        avatar: input.user_avatar ?? null,
      };
    }
    refuseOutside(input);
    if (input.channel_id) throw invalid("channel_id", "only a bot has channels");
    const person = await tickets.person(party.account);
    return { key: party.reader, user_id: party.user_id, name: party.name, avatar: common.avatarOf(person) };
  }
}

/**
 * Does a request open the ticket that its key opened before? A retry does. Staff may have edited the type and the subject
 * since then, so those are compared only while the ticket is unedited.
 */
const repeats = (row: TicketRow, opened: string, sent: Pick<NewTicket, "type" | "subject" | "description">): boolean =>
  sameText(opened, sent.description) &&
  (row.version > 0 || (row.type === sent.type && sameText(row.subject, sent.subject)));

/** A bot's user, in limits and as an author. */
export const outsideKey = (botId: string, userId: string): string => `b${botId}:${userId}`;

/** @throws AppError INVALID_INPUT a person who would speak as somebody else */
export function refuseOutside(input: { user_id?: string; user_name?: string; user_avatar?: string }): void {
  for (const field of ["user_id", "user_name", "user_avatar"] as const)
    if (input[field] !== undefined) throw invalid(field, "only a bot speaks for its users");
}

/** The configured type as it is written there. @throws AppError INVALID_INPUT naming those there are */
export function typeOf(given: string, { categories }: Pick<TicketSettings, "categories">): string {
  const type = categories.find((one) => one.toLowerCase() === given.toLowerCase());
  if (!type) throw invalid("type", `must be one of ${categories.join(", ")}`);
  return type;
}
