import { route } from "@/lib/edge/http";
import { endSessions, listSessions } from "@/lib/identity/accounts/credentials/contract";

export const GET = route({
  contract: listSessions,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { accounts }, actor }) => accounts.listSessions(actor),
});

export const DELETE = route({
  contract: endSessions,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app: { accounts }, actor, query }) => ({
    success: true as const,
    ended: await accounts.endSessions(actor, query),
  }),
});
