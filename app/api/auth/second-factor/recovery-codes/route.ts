import { route } from "@/lib/edge/http";
import { replaceRecoveryCodes } from "@/lib/identity/accounts/second-factor/contract";

export const POST = route({
  contract: replaceRecoveryCodes,
  auth: ["user"],
  scope: "admin",
  rateLimit: "auth",
  handle: async ({ app: { accounts }, actor, body }) => ({
    success: true as const,
    recovery_codes: await accounts.replaceRecoveryCodes(actor, body),
  }),
});
