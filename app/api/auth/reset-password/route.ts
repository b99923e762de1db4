import { route } from "@/lib/edge/http";
import { resetPassword } from "@/lib/identity/accounts/contract.passwords";

export const POST = route({
  contract: resetPassword,
  auth: ["public"],
  rateLimit: "auth",
  handle: ({ app: { accounts }, body }) => accounts.resetPassword(body),
});
