import { route } from "@/lib/edge/http";
import { endUserSession } from "@/lib/identity/accounts/administration/contract";

export const DELETE = route({
  contract: endUserSession,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app: { accounts }, actor, params }) => {
    await accounts.endUserSession(actor, params.user_id, params.session_id);
    return { success: true as const };
  },
});
