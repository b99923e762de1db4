import { route } from "@/lib/edge/http";
import { revokeSession } from "@/lib/identity/accounts/credentials/contract";

export const DELETE = route({
  contract: revokeSession,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app: { accounts }, actor, params }) => {
    await accounts.revokeSession(actor, params.session_id);
    return { success: true } as const;
  },
});
