import { route } from "@/lib/edge/http";
import { cancelEmailChange } from "@/lib/identity/accounts/addresses/contract";

export const DELETE = route({
  contract: cancelEmailChange,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app: { accounts }, actor }) => {
    await accounts.cancelEmailChange(actor);
    return { success: true as const };
  },
});
