import { route } from "@/lib/edge/http";
import { verifyEmail } from "@/lib/identity/accounts/contract.passwords";

export const POST = route({
  contract: verifyEmail,
  auth: ["public"],
  rateLimit: "auth",
  handle: async ({ app: { accounts }, body }) => ({
    success: true as const,
    ...(await accounts.verifyEmail(body.token)),
  }),
});
