import { route } from "@/lib/edge/http";
import { createRecoveryCodes } from "@/lib/identity/accounts/second-factor/contract";

export const POST = route({
  contract: createRecoveryCodes,
  auth: ["user"],
  scope: "admin",
  rateLimit: "auth",
  handle: async ({ app: { accounts }, actor }) => ({
    success: true as const,
    recovery_codes: await accounts.createRecoveryCodes(actor),
  }),
});
