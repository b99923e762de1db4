/** Rules of the conversation: who says what, how far each has read, who types. */

import type { NewTicketMessage, ReadMark, TicketMessage } from "@/lib/community/tickets/contract";
import type { Viewer } from "@/lib/community/tickets/contract.live";
import { isOwn, type Party } from "@/lib/community/tickets/policy";
import { type TicketRow, toFact, toMessage } from "@/lib/community/tickets/rows";
import { outsideKey, refuseOutside } from "@/lib/community/tickets/service";
import { type Common, type Deps, sameText } from "@/lib/community/tickets/service.common";
import type { Actor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { afterNumber, rowsOf } from "@/lib/core/pages";

type Paging = { limit: number; cursor?: string; since?: string };
type Input = Omit<NewTicketMessage, "content"> & { content: string };

const END = Number.MAX_SAFE_INTEGER;
const target = ({ id, owner_id, bot_id }: TicketRow) => ({ ticket_id: id, owner: owner_id, bot_id });

/** Returns whether a stored message equals the input: true for a retry, false for a `client_id` reused by mistake. */
const repeats = (stored: TicketMessage, input: Input): boolean =>
  sameText(stored.content, input.content) &&
  stored.is_note === input.is_note &&
  stored.attachments.length === new Set(input.attachments).size &&
  stored.attachments.every(({ id }) => input.attachments.includes(id));

export function createConversation(deps: Deps, common: Common) {
  const { tickets, messages, emit, now, newId } = deps;

  /** Resolves the author of a message. */
  async function authorOf(party: Party, row: TicketRow, input: Input) {
    if (party.bot_id && input.user_id)
      return {
        author: outsideKey(party.bot_id, input.user_id),
        author_id: input.user_id,
        author_name: input.user_name ?? (input.user_id === row.user_id ? row.user_name : input.user_id),
        author_avatar: input.user_avatar ?? (input.user_id === row.user_id ? row.user_avatar : null),
        author_type: "user" as const,
      };
    if (!party.bot_id) refuseOutside(input);
    const person = party.kind === "user" ? await tickets.person(party.account) : undefined;
    return {
      author: party.reader,
      author_id: party.user_id,
      author_name: input.user_name ?? (party.bot_id ? await tickets.botName(party.bot_id) : party.name),
      author_avatar: input.user_avatar ?? common.avatarOf(person),
      // Staff who ask something themselves are the ones who ask.
      author_type:
        party.kind === "bot"
          ? ("bot" as const)
          : party.staff && !isOwn(party, row)
            ? ("staff" as const)
            : ("user" as const),
    };
  }

  async function messagePage(actor: Actor, ticketId: string, { limit, cursor, since }: Paging) {
    const { party } = await common.reach(actor, ticketId, "read");
    const isForward = since !== undefined;
    const { rows, next } = await messages.page(ticketId, party.staff, {
      limit,
      after: afterNumber(since ?? cursor),
      direction: isForward ? "asc" : "desc",
    });
    const shown = await common.shown(rowsOf(isForward ? rows : rows.reverse()));
    const items = shown.map((message) => ({ row: message, cursor: String(message.seq) }));
    return { items, next_cursor: next ? String(next[0]) : null };
  }

  /** A page of the conversation, oldest first; notes for staff alone. @throws NOT_FOUND, FORBIDDEN as `reach` */
  async function history(actor: Actor, ticketId: string, paging: Paging) {
    const { items, next_cursor } = await messagePage(actor, ticketId, paging);
    return { ticket_id: ticketId, messages: rowsOf(items), count: items.length, next_cursor };
  }

  return {
    /**
     * Sends a message. The same `client_id` from the same author again answers the first message and announces nothing.
     *
     * @throws AppError INVALID_INPUT  neither text nor file; a file that is not the sender's, or already sent
     * @throws AppError FORBIDDEN      not the caller's ticket; a note from somebody who is not staff
     * @throws AppError CONFLICT       the ticket is closed (notes are taken still); the `client_id` was used for another message
     */
    async send(actor: Actor, ticketId: string, input: Input): Promise<TicketMessage> {
      const { party, row } = await common.reach(actor, ticketId, "operate");
      if (input.is_note && !party.staff) throw new AppError("FORBIDDEN", "Only staff can write notes");
      if (!input.content && input.attachments.length === 0)
        throw invalid("content", "must not be empty without a file");
      const sent = await messages.send(
        {
          id: newId("msg"),
          ticket_id: ticketId,
          note: input.is_note ? 1 : 0,
          ...(await authorOf(party, row, input)),
          content: input.content,
          at: now(),
          bot_id: party.bot_id,
          client_id: input.client_id ?? null,
        },
        party.reader,
        [...new Set(input.attachments)],
      );
      if ("closed" in sent) throw await common.refusal(ticketId);
      if ("missing" in sent)
        throw invalid(`attachments.${sent.missing}`, "no such file of yours waits to be sent in this ticket");
      const message = toMessage(sent.message, await messages.filesOf([sent.message]));
      if (!sent.repeated) emit("ticket.message", { ticket: toFact(sent.ticket), message });
      else if (!repeats(message, input))
        throw new AppError(
          "CONFLICT",
          "client_id: was used for another message of this ticket; send this one with a client_id or Idempotency-Key of its own",
          { field: "client_id", message },
        );
      return message;
    },

    history,

    /** The same with the cursor of each message. */
    messagePage,

    /** Moves the caller's read mark. @returns how many messages are unread after it */
    async markRead(actor: Actor, ticketId: string, upTo?: number): Promise<number> {
      const { party, row } = await common.reach(actor, ticketId, "operate");
      const moved = await messages.markRead(ticketId, party, party.name, upTo ?? END, now());
      if (moved) {
        const mark: ReadMark = {
          user_id: party.user_id,
          user_name: party.name,
          last_read: iso(moved.at),
          last_seq: moved.seq,
        };
        const open = { ...mark, last_read: iso(moved.public_at), last_seq: moved.public_seq };
        emit("ticket.read", { ticket: target(row), mark, public_mark: moved.public_seq > moved.before ? open : null });
      }
      return (await messages.unread(party, [ticketId])).get(ticketId) ?? 0;
    },

    /** Tells that the caller types, or stopped. @throws NOT_FOUND, FORBIDDEN as `reach` */
    async typing(actor: Actor, ticketId: string, { typing, note }: { typing: boolean; note: boolean }): Promise<void> {
      const { party, row } = await common.reach(actor, ticketId, "operate");
      if (note && !party.staff) throw new AppError("FORBIDDEN", "Only staff can write notes");
      emit("ticket.typing", {
        ticket: target(row),
        user_id: party.user_id,
        user_name: party.name,
        typing,
        staff_only: note,
      });
    },

    /** May the caller hear this ticket's conversation? Answers as whom. @throws NOT_FOUND, FORBIDDEN as `reach` */
    async join(actor: Actor, ticketId: string): Promise<Viewer> {
      const { party } = await common.reach(actor, ticketId, "read");
      return { user_id: party.user_id, user_name: party.name, staff: party.staff };
    },
  };
}
