import { route } from "@/lib/edge/http";
import { getEmailAddress, startEmailChange } from "@/lib/identity/accounts/addresses/contract";

export const GET = route({
  contract: getEmailAddress,
  auth: ["user"],
  scope: "read",
  rateLimit: "rest",
  handle: ({ app: { accounts }, actor }) => accounts.emailAddress(actor),
});

export const POST = route({
  contract: startEmailChange,
  auth: ["user"],
  scope: "admin",
  rateLimit: "auth",
  handle: async ({ app: { accounts }, actor, body }) => ({
    success: true as const,
    ...(await accounts.startEmailChange(actor, body.email)),
  }),
});
