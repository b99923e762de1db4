import { route } from "@/lib/edge/http";
import { getSecondFactor, startSecondFactor } from "@/lib/identity/accounts/second-factor/contract";

export const GET = route({
  contract: getSecondFactor,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { accounts }, actor }) => accounts.secondFactor(actor),
});

export const POST = route({
  contract: startSecondFactor,
  auth: ["user"],
  scope: "admin",
  rateLimit: "auth",
  handle: async ({ app: { accounts }, actor, body }) => ({
    success: true as const,
    ...(await accounts.startSecondFactor(actor, body)),
  }),
});
