import { route } from "@/lib/edge/http";
import { resetSecondFactor } from "@/lib/identity/accounts/second-factor/contract";

export const DELETE = route({
  contract: resetSecondFactor,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  handle: ({ app: { accounts }, actor, params }) =>
    accounts.resetSecondFactor(actor, params.user_id).then(() => ({ success: true as const })),
});
