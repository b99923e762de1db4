import { route } from "@/lib/edge/http";
import { accounts } from "@/lib/identity/accounts";
import { resetPassword } from "@/lib/identity/accounts/contract";

export const POST = route({
  contract: resetPassword,
  auth: ["public"],
  rateLimit: "auth",
  handle: ({ body }) => accounts.resetPassword(body),
});
