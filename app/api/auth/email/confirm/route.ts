import { route } from "@/lib/edge/http";
import { confirmEmailChange } from "@/lib/identity/accounts/addresses/contract";

export const POST = route({
  contract: confirmEmailChange,
  auth: ["public"],
  rateLimit: "auth",
  handle: async ({ app: { accounts }, body }) => ({
    success: true as const,
    ...(await accounts.confirmEmailChange(body.token)),
  }),
});
