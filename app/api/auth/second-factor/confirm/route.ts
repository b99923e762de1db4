import { route } from "@/lib/edge/http";
import { confirmSecondFactor } from "@/lib/identity/accounts/second-factor/contract";

export const POST = route({
  contract: confirmSecondFactor,
  auth: ["user"],
  scope: "admin",
  rateLimit: "auth",
  handle: async ({ app: { accounts }, actor, body }) => ({
    success: true as const,
    recovery_codes: await accounts.confirmSecondFactor(actor, body),
  }),
});
