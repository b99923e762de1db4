/** The calls that invitations make to the teams. */
import type { Actor, UserActor } from "@/lib/core/actor";
import type { TeamRole } from "@/lib/core/contract.roles";

type Member = { team_id: number; user_id: number; role: TeamRole; added_at: number };

/** @typeParam Trx the transaction that spends an invitation, as stores know it */
export type InvitingTeams<Trx> = {
  /** @throws NOT_FOUND, FORBIDDEN the caller does not own the team; CONFLICT a personal team */
  invitingTo(actor: Actor, teamId: number): Promise<{ user: UserActor; name: string }>;
  isOwner(teamId: number, userId: number, trx?: Trx): Promise<boolean>;
  /** @throws NOT_FOUND, CONFLICT a member already, or too many */
  admit(trx: Trx, member: Member): Promise<void>;
  /** Announces a new member after the commit. */
  admitted(userId: number): void;
  namesOf(ids: readonly number[]): Promise<Map<number, string>>;
};
