import { route } from "@/lib/edge/http";
import { createInvitation, listInvitations } from "@/lib/identity/accounts/invitations/contract";

export const GET = route({
  contract: listInvitations,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ app: { accounts }, actor, query }) => accounts.listInvitations(actor, query),
});

export const POST = route({
  contract: createInvitation,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app: { accounts }, actor, body }) => ({
    success: true as const,
    ...(await accounts.createInvitation(actor, body)),
  }),
});
