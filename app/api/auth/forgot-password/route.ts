import { accounts } from "@/lib/accounts";
import { forgotPassword } from "@/lib/accounts/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: forgotPassword,
  auth: ["public"],
  rateLimit: "auth",
  handle: ({ body }) => {
    accounts.forgotPassword(body);
    return { success: true, message: "If email exists, reset link has been sent" } as const;
  },
});
