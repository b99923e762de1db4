import { asUser } from "@/lib/core/actor";
import { route } from "@/lib/edge/http";
import { accounts } from "@/lib/identity/accounts";
import { resendVerification } from "@/lib/identity/accounts/contract";

export const POST = route({
  contract: resendVerification,
  auth: ["user"],
  scope: "admin",
  rateLimit: "auth",
  handle: async ({ actor }) => {
    await accounts.resendVerification(actor);
    return { success: true as const, email: asUser(actor).email };
  },
});
