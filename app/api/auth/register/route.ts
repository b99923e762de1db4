import { accounts } from "@/lib/accounts";
import { register } from "@/lib/accounts/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: register,
  auth: ["public"],
  rateLimit: "auth",
  handle: async ({ body }) => {
    await accounts.register(body);
    return { success: true, message: "Registration successful" } as const;
  },
});
