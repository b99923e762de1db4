import { accounts } from "@/lib/accounts";
import { revokeApiKey } from "@/lib/accounts/contract.access";
import { route } from "@/lib/http";

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
