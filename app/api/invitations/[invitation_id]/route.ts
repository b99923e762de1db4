import { route } from "@/lib/edge/http";
import { revokeInvitation } from "@/lib/identity/accounts/invitations/contract";

export const DELETE = route({
  contract: revokeInvitation,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app: { accounts }, actor, params }) => {
    await accounts.revokeInvitation(actor, params.invitation_id);
    return { success: true as const };
  },
});
