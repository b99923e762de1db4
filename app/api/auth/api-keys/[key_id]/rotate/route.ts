import { route } from "@/lib/edge/http";
import { rotateApiKey } from "@/lib/identity/accounts/credentials/contract.keys";

export const POST = route({
  contract: rotateApiKey,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app: { accounts }, actor, params, body }) => ({
    success: true as const,
    ...(await accounts.rotateKey(actor, params.key_id, body.old_secret_until)),
  }),
});
