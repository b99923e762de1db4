import { accounts } from "@/lib/accounts";
import { updateProfile } from "@/lib/accounts/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: updateProfile,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ actor, body }) => {
    await accounts.updateProfile(actor, body);
    return { success: true } as const;
  },
});
