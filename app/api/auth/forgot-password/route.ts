import { accounts } from "@/lib/accounts";
import { forgotPassword } from "@/lib/accounts/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: forgotPassword,
  auth: ["public"],
  rateLimit: "auth",
  handle: ({ body }) => ({ success: true as const, message: accounts.forgotPassword(body) }),
});
