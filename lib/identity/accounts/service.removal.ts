/** Deletes accounts, by their owners and by admins. No bot is left without an owner. */
import type { Actor } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { lastAdmin } from "./service.rights";
import type { UserStore } from "./store";

const NAMED_MAX = 20;

export type RemovalDeps = {
  users: Pick<UserStore, "isLastAdmin" | "remove">;
  bots: {
    /** Finds an account's bots. */
    ownedBots: (ownerId: number) => Promise<{ id: string; name: string }[]>;
    /** Deletes an account's bots with all that is stored of them. */
    removeAllOf: (ownerId: number) => Promise<void>;
    /** Returns the team that gets bots, by its id or that of a person. @throws NOT_FOUND, FORBIDDEN as for a single bot */
    receiver: (actor: Actor, id: number) => Promise<number>;
    /** Gives all bots of a team to another one. @throws CONFLICT it would own too many */
    moveAllOf: (actor: Actor, from: number, to: number) => Promise<void>;
  };
  /** `leaveAll` takes a person out of all teams. @throws CONFLICT one of them would have no owner */
  teams: { leaveAll: (userId: number) => Promise<void> };
  emit: Emit;
  now: Clock;
};
/** With `delete_bots` false an account that owns bots is kept, unless `transfer_to` names the person or team that gets them. */
export type RemovalChoice = { delete_bots?: boolean; erase_tickets?: boolean; transfer_to?: number };

/** @throws AppError CONFLICT naming the bots */
function refuseStranding(bots: { id: string; name: string }[]): void {
  if (bots.length === 0) return;
  const count = bots.length === 1 ? "a bot" : `${bots.length} bots`;
  throw new AppError(
    "CONFLICT",
    `This account owns ${count}: name who gets them in transfer_to, or delete them with it by delete_bots`,
    {
      field: "delete_bots",
      bots: bots.slice(0, NAMED_MAX).map(({ id, name }) => ({ id, name })),
      count: bots.length,
    },
  );
}

/** @throws AppError INVALID_INPUT, NOT_FOUND, FORBIDDEN it names nobody to whom the caller may give bots */
async function receiverOf({ bots }: RemovalDeps, actor: Actor, id: number, to: number | undefined) {
  if (to === undefined) return undefined;
  if (to === id) throw invalid("transfer_to", "must name somebody else: this account is being deleted");
  return bots.receiver(actor, to);
}

/**
 * Returns the function that deletes an account.
 *
 * @throws AppError CONFLICT the last active admin, the last owner of a team, or one that owns bots nothing was decided about
 * @throws AppError INVALID_INPUT, NOT_FOUND, FORBIDDEN `transfer_to` names nobody to whom the caller may give bots
 */
export const createRemoval =
  (deps: RemovalDeps) =>
  async (
    actor: Actor,
    id: number,
    { delete_bots = true, erase_tickets, transfer_to }: RemovalChoice,
  ): Promise<void> => {
    const { users, bots, teams, emit, now } = deps;
    if (await users.isLastAdmin(id)) throw lastAdmin();
    const receiver = await receiverOf(deps, actor, id, transfer_to);
    if (!delete_bots && receiver === undefined) refuseStranding(await bots.ownedBots(id));
    // A receiver without room for the bots refuses, so move them before anything else changes.
    const clear = () => (receiver === undefined ? bots.removeAllOf(id) : bots.moveAllOf(actor, id, receiver));
    if (receiver !== undefined) await clear();
    await teams.leaveAll(id);
    await clear();
    if (!(await users.remove(id, now(), erase_tickets))) throw lastAdmin();
    emit("access.revoked", { user_id: id });
    emit("user.deleted", { user_id: id });
    // A request may have created bots meanwhile, which would have no owner: they go the way of the others.
    await clear();
  };
