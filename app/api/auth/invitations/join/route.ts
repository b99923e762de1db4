import { route } from "@/lib/edge/http";
import { joinTeam } from "@/lib/identity/accounts/invitations/contract";

export const POST = route({
  contract: joinTeam,
  auth: ["user"],
  rateLimit: "auth",
  scope: "admin",
  handle: async ({ app: { accounts }, actor, body }) => ({
    success: true as const,
    ...(await accounts.joinTeam(actor, body.token)),
  }),
});
