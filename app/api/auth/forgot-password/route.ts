import { route } from "@/lib/edge/http";
import { forgotPassword } from "@/lib/identity/accounts/contract.passwords";

export const POST = route({
  contract: forgotPassword,
  auth: ["public"],
  rateLimit: "auth",
  handle: ({ app: { accounts }, body }) => ({ success: true as const, message: accounts.forgotPassword(body) }),
});
