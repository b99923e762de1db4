import { accounts } from "@/lib/accounts";
import { verifyEmail } from "@/lib/accounts/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: verifyEmail,
  auth: ["public"],
  rateLimit: "auth",
  handle: async ({ body }) => ({ success: true as const, ...(await accounts.verifyEmail(body.token)) }),
});
