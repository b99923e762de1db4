/** Shared by the services of tickets: access checks, entries of the conversation, announcing changes. */
import type { Actor, Scope } from "@/lib/core/actor";
import type { ActTarget } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import type { Quotas } from "@/lib/core/quotas";
import type { OwnedBot } from "@/lib/identity/access";
import type { Ticket, TicketChange, TicketMessage } from "./contract";
import type { MessageStore } from "./conversation/store";
import type { Disk } from "./files/disk";
import type { FileStore } from "./files/store";
import { isAnswerer, maySee, type Party, partyOf } from "./policy";
import { type MessageRow, type Person, type TicketRow, toFact, toMessage, toTicket } from "./rows";
import type { Changed, TicketStore } from "./store";
import type { NewMessageRow } from "./store.common";
import type { ListStore } from "./store.list";
import type { PeopleStore } from "./store.people";

export type TicketSettings = {
  enabled: boolean;
  max_open_per_user: number;
  auto_close_hours: number;
  transcript_enabled: boolean;
  categories: readonly string[];
};

export type Deps = {
  tickets: TicketStore;
  people: PeopleStore;
  /** Returns whether a person is at least operator on a bot. */
  operatesBot: (userId: number, bot: OwnedBot) => Promise<boolean>;
  /** Returns the members of a team who are at least operators. */
  operatorsOf: (teamId: number) => Promise<number[]>;
  lists: ListStore;
  messages: MessageStore;
  files: FileStore;
  disk: Disk;
  settings: () => Promise<TicketSettings>;
  quotas: Pick<Quotas, "of">;
  emit: Emit;
  now: Clock;
  newId: (prefix: string) => string;
  maxFileBytes: number;
};

/** Compares texts. PostgreSQL stores the replacement character in place of NUL. */
export const sameText = (stored: string, sent: string): boolean =>
  stored.replaceAll("\0", "\uFFFD") === sent.replaceAll("\0", "\uFFFD");

export const noTicket = (id: string) => new AppError("NOT_FOUND", `No ticket ${cutText(id, 64, "")}`);
export const notOpen = (row: TicketRow) =>
  new AppError(
    "CONFLICT",
    row.merged_into
      ? `This ticket was merged into another one: ${row.merged_into}`
      : "This ticket is closed; reopen it first",
    { status: row.status, ...(row.merged_into && { merged_into: row.merged_into }) },
  );

/**
 * Returns the ticket type as the configuration spells it. @throws AppError INVALID_INPUT naming the configured types
 */
export function typeOf(given: string, { categories }: Pick<TicketSettings, "categories">): string {
  const type = categories.find((one) => one.toLowerCase() === given.toLowerCase());
  if (!type) throw invalid("type", `must be one of ${categories.join(", ")}`);
  return type;
}

/**
 * Returns how many open tickets a party may have: an account's quota, or the number of the settings for a user of a bot.
 * Document 003's clients read that number in the refusal.
 */
export async function openLimit({ quotas, settings }: Pick<Deps, "quotas" | "settings">, { kind, account }: Party) {
  const quota = kind === "bot" ? undefined : await quotas.of("open_tickets", account);
  const max = quota?.max ?? (await settings()).max_open_per_user;
  const text = `${max} open tickets are all that one user may have: wait until one is closed`;
  return {
    max,
    async reached(actor: Actor): Promise<AppError> {
      const refusal = await quota?.reached(actor);
      return new AppError("CONFLICT", refusal?.message ?? text, { ...refusal?.details, max_open_per_user: max });
    },
  };
}

type Named = { id: string; subject: string; bot_id?: string | null };

/** A ticket as the target of an act. */
export const ticketTarget = ({ id, subject, bot_id }: Named): ActTarget => ({
  ...{ type: "ticket", id, name: subject, bot_id },
});

export type Common = ReturnType<typeof createCommon>;

export function createCommon({ tickets, people, messages, emit, now, newId }: Deps) {
  const view = async (row: TicketRow, party: Party): Promise<Ticket> =>
    toTicket(row, isAnswerer(party, row), (await messages.unread(party, [row.id])).get(row.id) ?? 0);

  /** Finds a ticket, and the caller as its party; undefined when the caller may not see it. @throws as `partyOf` */
  async function partyIn(actor: Actor, id: string, scope: Scope) {
    const party = partyOf(actor, scope);
    const row = await tickets.find(id);
    if (!row) return { row: undefined, party: undefined };
    const isOthers = !party.staff && row.bot_id !== null && row.bot_id !== party.bot_id;
    const bot = isOthers ? await people.bot(row.bot_id!) : undefined;
    return { row, party: maySee(actor, party, row, bot) ? { ...party, staff: isAnswerer(party, row) } : undefined };
  }

  return {
    view,

    /**
     * The ticket, if the caller may see it.
     *
     * @throws AppError NOT_FOUND  there is none
     * @throws AppError FORBIDDEN  it is somebody else's (CONTRACT: rule 7), or the key's scope is too small
     */
    async reach(actor: Actor, id: string, scope: Scope): Promise<{ party: Party; row: TicketRow }> {
      const { party, row } = await partyIn(actor, id, scope);
      if (!row) throw noTicket(id);
      if (!party) throw new AppError("FORBIDDEN", "This ticket belongs to someone else");
      return { party, row };
    },

    /**
     * Returns the ticket for an action of those who answer it.
     *
     * @throws FORBIDDEN for everybody else, whether or not the ticket exists; NOT_FOUND for staff
     */
    async reachAsAnswerer(actor: Actor, id: string, scope: Scope = "operate") {
      const { party, row } = await partyIn(actor, id, scope);
      if (!row && partyOf(actor, scope).staff) throw noTicket(id);
      if (!row || !party?.staff)
        throw new AppError("FORBIDDEN", "Only staff, and operators of the bot that opened the ticket, may do this");
      return { party, row };
    },

    /** Returns the error for a ticket that accepts nothing, because it was closed or deleted meanwhile. */
    async refusal(id: string): Promise<AppError> {
      const row = await tickets.find(id);
      return row ? notOpen(row) : noTicket(id);
    },

    /** Creates an event line of the conversation. `note` is what `noteOf` returns for a line that the requester does not see. */
    event: (ticketId: string, content: string, note = 0): NewMessageRow => ({
      id: newId("msg"),
      ticket_id: ticketId,
      note,
      author: "system",
      author_id: "system",
      author_name: "System",
      author_avatar: null,
      author_type: "system",
      content,
      at: now(),
      bot_id: null,
      client_id: null,
    }),

    /** Announces a change and its line in the conversation. Returns the changed ticket as the caller sees it. */
    async changed({ row, message }: Changed, event_type: TicketChange, party: Party | null): Promise<Ticket> {
      const by = party && { user_id: party.user_id, user_name: party.name };
      emit("ticket.changed", { ticket: toFact(row), event_type, by, message: message && toMessage(message, []) });
      return view(row, party ?? SERVER);
    },

    async shown(rows: readonly MessageRow[]): Promise<TicketMessage[]> {
      const files = await messages.filesOf(rows);
      return rows.map((row) => toMessage(row, files));
    },

    avatarOf: (person: Person | undefined): string | null => person?.image ?? null,
  };
}

const SERVER: Party = {
  kind: "user",
  staff: true,
  admin: true,
  notes: "all",
  reader: "",
  account: 0,
  user_id: "",
  name: "",
  bot_id: null,
};
