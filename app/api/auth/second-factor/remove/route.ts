import { route } from "@/lib/edge/http";
import { removeSecondFactor } from "@/lib/identity/accounts/second-factor/contract";

export const POST = route({
  contract: removeSecondFactor,
  auth: ["user"],
  scope: "admin",
  rateLimit: "auth",
  handle: ({ app: { accounts }, actor, body }) =>
    accounts.removeSecondFactor(actor, body).then(() => ({ success: true as const })),
});
