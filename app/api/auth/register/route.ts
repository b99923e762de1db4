import { route } from "@/lib/edge/http";
import { registerAccount } from "@/lib/identity/accounts/contract";

export const POST = route({
  contract: registerAccount,
  auth: ["public"],
  rateLimit: "auth",
  handle: async ({ app: { accounts }, body }) => {
    const { isPending } = await accounts.register(body);
    const message = isPending
      ? "Registration successful. Open the link in the mail we sent to finish it"
      : "Registration successful";
    return { success: true, message, verification_required: isPending } as const;
  },
});
