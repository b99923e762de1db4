import { route } from "@/lib/edge/http";
import { addPasskey, listPasskeys } from "@/lib/identity/accounts/passkeys/contract";

export const GET = route({
  contract: listPasskeys,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { accounts }, actor }) => accounts.passkeys(actor),
});

export const POST = route({
  contract: addPasskey,
  auth: ["user"],
  scope: "admin",
  rateLimit: "auth",
  handle: async ({ app: { accounts }, actor, body }) => ({
    success: true as const,
    ...(await accounts.addPasskey(actor, body)),
  }),
});
