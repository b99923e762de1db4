/** Sending a message: by a person, by staff, or by a bot for one of its users. */
import type { TicketMessage } from "@/lib/community/tickets/contract";
import { isOwn, noteOf, outsideKey, type Party, refuseOutside } from "@/lib/community/tickets/policy";
import { type TicketRow, toFact, toMessage } from "@/lib/community/tickets/rows";
import { type Common, type Deps, sameText, ticketTarget } from "@/lib/community/tickets/service.common";
import type { Actor } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import { AppError, invalid } from "@/lib/core/errors";
import type { NewTicketMessage } from "./contract";

type Input = Omit<NewTicketMessage, "content"> & { content: string };

/** Returns whether a stored message equals the input: true for a retry, false for a `client_id` reused by mistake. */
const repeats = (stored: TicketMessage, input: Input): boolean =>
  sameText(stored.content, input.content) &&
  stored.is_note === input.is_note &&
  stored.attachments.length === new Set(input.attachments).size &&
  stored.attachments.every(({ id }) => input.attachments.includes(id));

export function createSending({ people, messages, emit, now, newId }: Deps, common: Common) {
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
    const person = party.kind === "user" ? await people.person(party.account) : undefined;
    return {
      author: party.reader,
      author_id: party.user_id,
      author_name: input.user_name ?? (party.bot_id ? await people.botName(party.bot_id) : party.name),
      author_avatar: input.user_avatar ?? common.avatarOf(person),
      // A staff member who opened the ticket counts as its requester.
      author_type:
        party.kind === "bot"
          ? ("bot" as const)
          : party.staff && !isOwn(party, row)
            ? ("staff" as const)
            : ("user" as const),
    };
  }

  return {
    /**
     * Sends a message. A repeated `client_id` of the same author returns the first message and announces nothing.
     *
     * @throws AppError INVALID_INPUT neither text nor file; a file that is not the sender's, or already sent
     * @throws AppError FORBIDDEN not the caller's ticket; a note from somebody who does not answer it
     * @throws AppError CONFLICT the ticket is closed (notes are taken still); the `client_id` was used for another
     * message
     */
    async send(actor: Actor, ticketId: string, input: Input): Promise<TicketMessage> {
      const { party, row } = await common.reach(actor, ticketId, "operate");
      if (input.is_note && !party.staff)
        throw new AppError("FORBIDDEN", "Only those who answer the ticket can write notes");
      if (!input.content && input.attachments.length === 0)
        throw invalid("content", "must not be empty without a file");
      const { is_note, client_id } = input;
      if (party.kind === "user") describeAct({ target: ticketTarget(row), after: { is_note, client_id } });
      const sent = await messages.send(
        {
          id: newId("msg"),
          ticket_id: ticketId,
          note: input.is_note ? noteOf(row) : 0,
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
  };
}
