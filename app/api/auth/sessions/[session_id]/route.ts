import { route } from "@/lib/edge/http";
import { accounts } from "@/lib/identity/accounts";
import { revokeSession } from "@/lib/identity/accounts/credentials/contract";

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
