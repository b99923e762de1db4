import { route } from "@/lib/edge/http";
import { startStepUp } from "@/lib/identity/accounts/step-up/contract";

export const POST = route({
  contract: startStepUp,
  auth: ["user"],
  scope: "admin",
  rateLimit: "auth",
  handle: ({ app: { accounts }, actor }) => accounts.startStepUp(actor),
});
