/** How people come into a team by an invitation. The invitations themselves belong to the accounts. */
import type { Actor, UserActor } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import { noTeam } from "./joins";
import { demandShared, refusal } from "./service";
import { insertMember, type TeamStore } from "./store";

type Deps = { store: Pick<TeamStore, "find" | "namesOf" | "isOwner">; emit: Emit };

export const createAdmission = ({ store, emit }: Deps) => ({
  /**
   * Returns the caller, and the name of a team to which they may invite.
   *
   * @throws NOT_FOUND, FORBIDDEN the caller does not own it; CONFLICT a personal team
   */
  async invitingTo(actor: Actor, teamId: number): Promise<{ user: UserActor; name: string }> {
    const user = demandShared(actor, teamId, "owner");
    const team = await store.find(teamId);
    if (!team) throw noTeam(teamId);
    return { user, name: team.name };
  },

  /** Adds a member in the transaction that spends the invitation. @throws NOT_FOUND, CONFLICT */
  async admit(...[trx, member]: Parameters<typeof insertMember>): Promise<void> {
    const refused = await insertMember(trx, member);
    if (refused) throw refusal(refused, member.team_id, member.user_id);
  },

  /** Announces a member after the commit. */
  admitted: (userId: number) => emit("rights.changed", { user_ids: [userId] }),
  isOwner: store.isOwner,
  namesOf: store.namesOf,
});
