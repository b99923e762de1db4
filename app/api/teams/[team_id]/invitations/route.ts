import { route } from "@/lib/edge/http";
import { createTeamInvitation, listTeamInvitations } from "@/lib/identity/accounts/invitations/contract";

const people = { auth: ["user"], rateLimit: "rest" } as const;
export const GET = route({
  contract: listTeamInvitations,
  ...people,
  handle: ({ app: { accounts }, actor, params, query }) => accounts.listTeamInvitations(actor, params.team_id, query),
});
export const POST = route({
  contract: createTeamInvitation,
  ...people,
  scope: "admin",
  handle: async ({ app: { accounts }, actor, params, body }) => ({
    success: true as const,
    ...(await accounts.createTeamInvitation(actor, params.team_id, body)),
  }),
});
