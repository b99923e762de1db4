import { route } from "@/lib/edge/http";
import { createApiKey, listApiKeys } from "@/lib/identity/accounts/credentials/contract.keys";

export const GET = route({
  contract: listApiKeys,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { accounts }, actor }) => accounts.listKeys(actor),
});

export const POST = route({
  contract: createApiKey,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app: { accounts }, actor, body }) => ({
    success: true as const,
    ...(await accounts.createKey(actor, body)),
  }),
});
