import { route } from "@/lib/edge/http";
import { stepUp } from "@/lib/identity/accounts/step-up/contract";

export const POST = route({
  contract: stepUp,
  auth: ["user"],
  scope: "admin",
  rateLimit: "auth",
  handle: ({ app: { accounts }, actor, body }) => accounts.stepUp(actor, body),
});
