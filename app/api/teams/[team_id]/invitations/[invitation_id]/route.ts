import { route } from "@/lib/edge/http";
import { revokeTeamInvitation } from "@/lib/identity/accounts/invitations/contract";

export const DELETE = route({
  contract: revokeTeamInvitation,
  auth: ["user"],
  rateLimit: "rest",
  scope: "admin",
  handle: ({ app: { accounts }, actor, params }) =>
    accounts.revokeTeamInvitation(actor, params.team_id, params.invitation_id).then(() => ({ success: true as const })),
});
