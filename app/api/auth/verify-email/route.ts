import { route } from "@/lib/edge/http";
import { accounts } from "@/lib/identity/accounts";
import { verifyEmail } from "@/lib/identity/accounts/contract";

export const POST = route({
  contract: verifyEmail,
  auth: ["public"],
  rateLimit: "auth",
  handle: async ({ body }) => ({ success: true as const, ...(await accounts.verifyEmail(body.token)) }),
});
