import { accounts } from "@/lib/accounts";
import { updateProfile } from "@/lib/accounts/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: updateProfile,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ actor, body, version }) => ({
    success: true as const,
    version: await accounts.updateProfile(actor, body, version),
  }),
});
