import { accounts } from "@/lib/accounts";
import { revokeSession } from "@/lib/accounts/contract.access";
import { route } from "@/lib/http";

export const DELETE = route({
  contract: revokeSession,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ actor, params }) => {
    await accounts.revokeSession(actor, params.session_id);
    return { success: true } as const;
  },
});
