import { asUser } from "@/lib/access";
import { accounts } from "@/lib/accounts";
import { resendVerification } from "@/lib/accounts/contract";
import { route } from "@/lib/http";

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
