/**
 * Accepts invitations by signing in with a provider. A provider sees the state of a sign-in, so the state names the invitation
 * by the hash of its token, its key, and never by the token.
 */
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { logSecurity } from "@/lib/core/log/security-log";
import { canonicalAddress } from "@/lib/identity/accounts/contract.address";
import type { Identity } from "@/lib/identity/accounts/links/store";
import type { NewUser, UserRecord } from "@/lib/identity/accounts/store.rows";
import { roleOf } from "./delivery";
import type { InvitingTeams } from "./inviting-teams";
import { createAdmit } from "./service.teams";
import type { Admit, InvitationStore, Named } from "./store";

type Deps = {
  invitations: Pick<InvitationStore, "find" | "accept">;
  teams: InvitingTeams<Parameters<Admit>[0]>;
  now: Clock;
};
/** The reasons for which an invitation makes no account. */
export type InvitationRefusal = "invitation-over" | "invitation-address" | "team-full";

export function createIdentityAcceptance({ invitations, teams, now }: Deps) {
  const admit = createAdmit({ teams, now });

  /** Returns an open invitation by its key; undefined when it is over, or its maker may not invite any more. */
  async function openInvitation(key: string): Promise<Named | undefined> {
    const invitation = await invitations.find(key, now());
    if (!invitation) return undefined;
    const { team_id, creator_role, created_by } = invitation;
    const mayInvite = team_id === null || creator_role === "admin" || (await teams.isOwner(team_id, created_by));
    return mayInvite ? invitation : undefined;
  }

  return {
    openInvitation,

    /**
     * Creates the account of an invitation for an identity, and adds it to the team if there is one. The role is the
     * invitation's: as an admin chose it, groups at the provider do not change it later.
     *
     * @param user its address is one that the provider has verified
     * @returns null when the identity has an account already
     * @throws Taken the name or the address is in use; the invitation stays open then
     */
    async enrolInvited(
      key: string,
      user: NewUser,
      identity: Identity,
    ): Promise<{ user: UserRecord; team_id: number | null } | InvitationRefusal | null> {
      const invitation = await openInvitation(key);
      if (!invitation) return "invitation-over";
      const { id, email, role, team_id } = invitation;
      if (email !== null && canonicalAddress(email) !== canonicalAddress(user.email)) return "invitation-address";
      const asked = { ...user, role: roleOf(role), email_verified: user.created_at };
      const made = await invitations.accept(key, now(), () => asked, admit, identity).catch(refusalOf);
      if (made === null) return "invitation-over";
      if (made === "linked") return null;
      if (typeof made === "string") return made;
      if (team_id !== null) teams.admitted(made.id);
      const fields = { user_id: made.id, username: made.username, provider: identity.provider };
      logSecurity("invitation_accepted", { ...fields, invitation_id: id, role: made.role });
      return { user: made, team_id };
    },
  };
}

export type IdentityAcceptance = ReturnType<typeof createIdentityAcceptance>;

/** Returns why the team did not take the new member. @throws everything else */
function refusalOf(error: unknown): InvitationRefusal {
  if (error instanceof AppError && error.code === "CONFLICT") return "team-full";
  if (error instanceof AppError && ["INVALID_INPUT", "NOT_FOUND"].includes(error.code)) return "invitation-over";
  throw error;
}
