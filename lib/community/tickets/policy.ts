/**
 * Rights on tickets, as pure functions of the actor (docs/decisions/040-tickets-of-bots.md). Staff answer every ticket, and the
 * operators of a bot those that it opened. Requesters are the accounts and bots that opened a ticket.
 */
import { type Actor, asUser, isOfChosenBots, isServiceKey, keyBots, keyReaches, type Scope } from "@/lib/core/actor";
import { AppError, invalid } from "@/lib/core/errors";
import { canOperate, type OwnedBot, operatedBots, type VisibleBots } from "@/lib/identity/access";

/**
 * The notes that a reader sees: none, those that are shared with the operators of a ticket's bot, or all. Operators need no
 * check of the ticket, because only tickets of bots have shared notes.
 */
export type Notes = "none" | "shared" | "all";

/** The column `note` of a message: 0 for a message to everybody. */
export const NOTE = { staffOnly: 1, shared: 2 } as const;

/** Returns what the column `note` of a new note in a ticket holds. */
export const noteOf = ({ bot_id }: { bot_id: string | null }): number =>
  bot_id === null ? NOTE.staffOnly : NOTE.shared;

/** Returns whether a reader sees a message. */
export const seesNote = (notes: Notes, note: number): boolean =>
  note === 0 || notes === "all" || (notes === "shared" && note === NOTE.shared);

/**
 * The caller as tickets know it. `reader` is the key of its read marks ("u5", "bbot_x"); `author` is stored with the
 * messages it writes. A bot is on the requester's side: it sees only what its user may see.
 */
export type Party = {
  kind: "user" | "bot";
  /** Whether the caller answers: every ticket as staff, or the ticket at hand as an operator of its bot. */
  staff: boolean;
  admin: boolean;
  notes: Notes;
  reader: string;
  /** Account id, 0 for a bot. */
  account: number;
  user_id: string;
  name: string;
  bot_id: string | null;
};

type Owned = { owner_id: number | null; bot_id: string | null };

/** @throws AppError UNAUTHORIZED, FORBIDDEN (an API key that reaches less far than `scope`, an unclaimed bot) */
export function partyOf(actor: Actor, scope: Scope): Party {
  if (actor.kind === "bot") {
    if (actor.unclaimed) throw new AppError("FORBIDDEN", "This bot cannot use tickets until someone adopts it");
    const { bot_id } = actor;
    return {
      ...{ kind: "bot", staff: false, admin: false, notes: "none", reader: `b${bot_id}`, account: 0 },
      ...{ user_id: bot_id, name: bot_id, bot_id },
    };
  }
  const user = asUser(actor, scope);
  const staff = user.role !== "user";
  return {
    ...{ kind: "user", staff, admin: user.role === "admin", notes: staff ? "all" : "shared" },
    ...{ reader: `u${user.user_id}`, account: user.user_id, user_id: String(user.user_id), name: user.username },
    bot_id: null,
  };
}

/** @throws AppError UNAUTHORIZED, FORBIDDEN for everybody but moderators and admins */
export function asStaff(actor: Actor, scope: Scope = "operate"): Party {
  const party = partyOf(actor, scope);
  if (!party.staff) throw new AppError("FORBIDDEN", "Only staff may do this");
  return party;
}

/**
 * Refuses a service key, for what only a person can do: a ticket must have somebody who can read the answer, and an assignee
 * somebody who can be asked.
 *
 * @throws AppError FORBIDDEN
 */
export function refuseServiceKey(actor: Actor, what: string): void {
  if (isServiceKey(actor)) throw new AppError("FORBIDDEN", `A service key cannot ${what}: use an API key of a person`);
}

/** Returns whether the ticket is the caller's own: opened by its account, or by this bot. */
export const isOwn = (party: Party, ticket: Owned): boolean =>
  party.kind === "bot" ? ticket.bot_id === party.bot_id : ticket.owner_id === party.account;

/**
 * Returns whether the caller answers a ticket that it may see. A person without a role on the server sees the tickets of a bot
 * only as one of its operators.
 */
export const isAnswerer = (party: Party, ticket: Owned): boolean =>
  party.staff || (party.kind === "user" && ticket.bot_id !== null);

/** Returns whether the caller may see a ticket. `bot`: the one that opened it, if it still exists. */
export function maySee(actor: Actor, party: Party, ticket: Owned, bot: OwnedBot | undefined): boolean {
  if (ticket.bot_id === null && actor.kind === "user" && isOfChosenBots(actor.limits)) return false;
  if (ticket.bot_id !== null && !keyReaches(actor, ticket.bot_id)) return false;
  return party.staff || isOwn(party, ticket) || (bot !== undefined && canOperate(actor, bot));
}

/** The tickets of a list, by the account or the bot that opened them. Conditions that are absent leave nothing out. */
export type TicketScope = {
  /** Tickets of this account; with `operated` those of the bots, too. */
  owner_id?: number;
  operated?: VisibleBots;
  bot_id?: string;
  /** The bots that a key is limited to. */
  bot_ids?: readonly string[];
};

/** Returns the scope of the tickets that the caller may see. */
export function visibleTickets(actor: Actor, party: Party): TicketScope {
  if (party.bot_id !== null) return { bot_id: party.bot_id };
  if (actor.kind !== "user") return { owner_id: party.account };
  const bot_ids = keyBots(actor);
  return {
    ...(bot_ids && { bot_ids }),
    ...(!party.staff && { owner_id: party.account, operated: operatedBots(actor) }),
  };
}

/** The key of a bot's user, in limits and as an author. */
export const outsideKey = (botId: string, userId: string): string => `b${botId}:${userId}`;

/** @throws AppError INVALID_INPUT a person who names another author; only bots may */
export function refuseOutside(input: { user_id?: string; user_name?: string; user_avatar?: string }): void {
  for (const field of ["user_id", "user_name", "user_avatar"] as const)
    if (input[field] !== undefined) throw invalid(field, "only a bot speaks for its users");
}
