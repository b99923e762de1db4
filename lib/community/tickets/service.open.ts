/** Opening a ticket: for oneself, or by a bot for one of its users. */
import type { Actor } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import { AppError, invalid } from "@/lib/core/errors";
import type { NewTicket, Ticket } from "./contract";
import { outsideKey, type Party, partyOf, refuseOutside, refuseServiceKey } from "./policy";
import { type TicketRow, toFact } from "./rows";
import { type Common, type Deps, openLimit, sameText, ticketTarget, typeOf } from "./service.common";

/** The most open tickets that one bot may have, over all requesters. */
const MAX_OPEN_PER_BOT = 10_000;

/**
 * Returns whether a request repeats the one that opened this ticket, as a retry does. Staff may have edited the type
 * and subject since then, so those are compared only while the ticket is unedited.
 */
const repeats = (row: TicketRow, opened: string, sent: Pick<NewTicket, "type" | "subject" | "description">): boolean =>
  sameText(opened, sent.description) &&
  (row.version > 0 || (row.type === sent.type && sameText(row.subject, sent.subject)));

const botFull = (max_open_per_user: number) =>
  new AppError("CONFLICT", `This bot has ${MAX_OPEN_PER_BOT} open tickets: some must be closed first`, {
    max_open_per_user,
  });

export function createOpening(deps: Deps, common: Common) {
  const { tickets, people, settings, emit, now, newId } = deps;

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
    const person = await people.person(party.account);
    return { key: party.reader, user_id: party.user_id, name: party.name, avatar: common.avatarOf(person) };
  }

  return {
    /**
     * Opens a ticket with its first message. A repeated `key` of the same requester returns the ticket opened before.
     *
     * @throws AppError INVALID_INPUT no such type; a bot that does not say for whom; fields that only a bot may send
     * @throws AppError FORBIDDEN tickets are switched off; a service key
     * @throws AppError CONFLICT as many open as allowed; the key was used for another ticket
     */
    async open(actor: Actor, input: NewTicket, key?: string): Promise<Ticket> {
      const party = partyOf(actor, "operate");
      refuseServiceKey(actor, "open a ticket");
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
      const { subject } = input;
      describeAct({ target: ticketTarget({ id, subject, bot_id: party.bot_id }), after: { type, subject } });
      const limit = await openLimit(deps, party);
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
        { requester: limit.max, bot: MAX_OPEN_PER_BOT },
      );
      if ("row" in stored && stored.row.id !== id) describeAct({ target: ticketTarget(stored.row), after: null });
      if ("full" in stored) throw stored.full === "bot" ? botFull(limit.max) : await limit.reached(actor);
      if (stored.opened === undefined) emit("ticket.opened", { ticket: toFact(stored.row) });
      else if (!repeats(stored.row, stored.opened, { ...input, type }))
        throw new AppError("CONFLICT", "Idempotency-Key: was used for another ticket; send this one with its own", {
          ...{ field: "Idempotency-Key", ticket_id: stored.row.id },
        });
      return common.view(stored.row, party);
    },
  };
}
