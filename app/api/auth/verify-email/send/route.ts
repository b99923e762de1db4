import { asUser } from "@/lib/core/actor";
import { route } from "@/lib/edge/http";
import { resendVerification } from "@/lib/identity/accounts/contract.passwords";

export const POST = route({
  contract: resendVerification,
  auth: ["user"],
  scope: "admin",
  rateLimit: "auth",
  handle: async ({ app: { accounts }, actor }) => {
    await accounts.resendVerification(actor);
    return { success: true as const, email: asUser(actor).email };
  },
});
