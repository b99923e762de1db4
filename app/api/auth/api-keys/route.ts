import { route } from "@/lib/edge/http";
import { accounts } from "@/lib/identity/accounts";
import { createApiKey, listApiKeys } from "@/lib/identity/accounts/credentials/contract";

export const GET = route({
  contract: listApiKeys,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => accounts.listKeys(actor),
});

export const POST = route({
  contract: createApiKey,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ actor, body }) => ({ success: true as const, ...(await accounts.createKey(actor, body)) }),
});
