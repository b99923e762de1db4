import { route } from "@/lib/edge/http";
import { endUserSessions, listUserSessions } from "@/lib/identity/accounts/administration/contract";

export const GET = route({
  contract: listUserSessions,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ app: { accounts }, actor, params }) => accounts.listUserSessions(actor, params.user_id),
});

export const DELETE = route({
  contract: endUserSessions,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app: { accounts }, actor, params }) => ({
    success: true as const,
    ended: await accounts.endUserSessions(actor, params.user_id),
  }),
});
