import { accounts } from "@/lib/accounts";
import { register } from "@/lib/accounts/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: register,
  auth: ["public"],
  rateLimit: "auth",
  handle: async ({ body }) => {
    const { isPending } = await accounts.register(body);
    const message = isPending
      ? "Registration successful. Open the link in the mail we sent to finish it"
      : "Registration successful";
    return { success: true, message, verification_required: isPending } as const;
  },
});
