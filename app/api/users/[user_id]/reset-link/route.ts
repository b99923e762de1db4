import { route } from "@/lib/edge/http";
import { createResetLink } from "@/lib/identity/accounts/administration/contract";

export const POST = route({
  contract: createResetLink,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app: { accounts }, actor, params, body }) => ({
    success: true as const,
    ...(await accounts.createResetLink(actor, params.user_id, body.delivery)),
  }),
});
