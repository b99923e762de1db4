import { route } from "@/lib/edge/http";
import { accounts } from "@/lib/identity/accounts";
import { revokeApiKey } from "@/lib/identity/accounts/credentials/contract";

export const DELETE = route({
  contract: revokeApiKey,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ actor, params }) => {
    await accounts.revokeKey(actor, params.key_id);
    return { success: true } as const;
  },
});
