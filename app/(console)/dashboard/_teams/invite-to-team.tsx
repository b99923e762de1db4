"use client";
import { InviteDialog } from "@/app/(console)/_invitations/invite-dialog";
import { useCreateTeamInvitation } from "@/lib/identity/accounts/invitations/queries";
import type { Team } from "@/lib/identity/teams/contract";
import { TEAM_ROLE_OPTIONS } from "./roles";

/** Invites somebody to a team. */
export function InviteToTeamDialog({ team, onClose }: { team: Team; onClose: () => void }) {
  return (
    <InviteDialog
      title={`Invite a person to ${team.name}`}
      description="They join with their account or create one. The link works once, for seven days, while you own the team."
      linkTitle={`Invitation to ${team.name}`}
      emailHint="If you enter one, only the account with this address can join."
      roles={TEAM_ROLE_OPTIONS}
      initialRole="operator"
      create={useCreateTeamInvitation(team.id)}
      onClose={onClose}
    />
  );
}
