import { route } from "@/lib/edge/http";
import { updateProfile } from "@/lib/identity/accounts/contract";

export const POST = route({
  contract: updateProfile,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app: { accounts }, actor, body, version }) => ({
    success: true as const,
    ...(await accounts.updateProfile(actor, body, version)),
  }),
});
