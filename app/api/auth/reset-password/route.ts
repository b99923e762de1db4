import { accounts } from "@/lib/accounts";
import { resetPassword } from "@/lib/accounts/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: resetPassword,
  auth: ["public"],
  rateLimit: "auth",
  handle: ({ body }) => accounts.resetPassword(body),
});
