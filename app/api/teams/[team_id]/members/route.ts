import { route } from "@/lib/edge/http";
import { addTeamMember, listTeamMembers } from "@/lib/identity/teams/contract";

const people = { auth: ["user"], rateLimit: "rest" } as const;
export const GET = route({
  contract: listTeamMembers,
  ...people,
  handle: async ({ app: { teams }, actor, params, query }) => {
    const page = await teams.members(actor, params.team_id, query);
    return { ...page, count: page.members.length };
  },
});
export const POST = route({
  contract: addTeamMember,
  ...people,
  scope: "admin",
  handle: ({ app: { teams }, actor, params, body }) =>
    teams.addMember(actor, params.team_id, body).then(() => ({ success: true as const })),
});
