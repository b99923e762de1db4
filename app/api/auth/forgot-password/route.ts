import { route } from "@/lib/edge/http";
import { accounts } from "@/lib/identity/accounts";
import { forgotPassword } from "@/lib/identity/accounts/contract";

export const POST = route({
  contract: forgotPassword,
  auth: ["public"],
  rateLimit: "auth",
  handle: ({ body }) => ({ success: true as const, message: accounts.forgotPassword(body) }),
});
