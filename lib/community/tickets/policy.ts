/** Rights on tickets, as pure functions of the actor. */
import { type Actor, asUser, type Scope } from "@/lib/core/actor";
import { AppError, invalid } from "@/lib/core/errors";

/**
 * The caller as tickets know it. `reader` is the key of its read marks ("u5", "bbot_x"); `author` is stored with the
 * messages it writes. A bot is on the requester's side: it sees only what its user may see.
 */
export type Party = {
  kind: "user" | "bot";
  staff: boolean;
  admin: boolean;
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
      ...{ kind: "bot", staff: false, admin: false, reader: `b${bot_id}`, account: 0 },
      ...{ user_id: bot_id, name: bot_id, bot_id },
    };
  }
  const user = asUser(actor, scope);
  return {
    kind: "user",
    staff: user.role !== "user",
    admin: user.role === "admin",
    reader: `u${user.user_id}`,
    account: user.user_id,
    user_id: String(user.user_id),
    name: user.username,
    bot_id: null,
  };
}

/** @throws AppError UNAUTHORIZED, FORBIDDEN for everybody but moderators and admins */
export function asStaff(actor: Actor, scope: Scope = "operate"): Party {
  const party = partyOf(actor, scope);
  if (!party.staff) throw new AppError("FORBIDDEN", "Only staff may do this");
  return party;
}

/** Returns whether the ticket is the caller's own: opened by its account, or by this bot. */
export const isOwn = (party: Party, ticket: Owned): boolean =>
  party.kind === "bot" ? ticket.bot_id === party.bot_id : ticket.owner_id === party.account;

export const maySee = (party: Party, ticket: Owned): boolean => party.staff || isOwn(party, ticket);

/** The key of a bot's user, in limits and as an author. */
export const outsideKey = (botId: string, userId: string): string => `b${botId}:${userId}`;

/** @throws AppError INVALID_INPUT a person who names another author; only bots may */
export function refuseOutside(input: { user_id?: string; user_name?: string; user_avatar?: string }): void {
  for (const field of ["user_id", "user_name", "user_avatar"] as const)
    if (input[field] !== undefined) throw invalid(field, "only a bot speaks for its users");
}
