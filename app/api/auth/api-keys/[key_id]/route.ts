import { route } from "@/lib/edge/http";
import { revokeApiKey } from "@/lib/identity/accounts/credentials/contract.keys";

export const DELETE = route({
  contract: revokeApiKey,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app: { accounts }, actor, params }) => {
    await accounts.revokeKey(actor, params.key_id);
    return { success: true } as const;
  },
});
