import { route } from "@/lib/edge/http";
import { changeTeamMember, removeTeamMember } from "@/lib/identity/teams/contract";

const people = { auth: ["user"], rateLimit: "rest", scope: "admin" } as const;
export const PUT = route({
  contract: changeTeamMember,
  ...people,
  handle: ({ app: { teams }, actor, params, body }) =>
    teams.setRole(actor, params.team_id, params.user_id, body.role).then(() => ({ success: true as const })),
});
export const DELETE = route({
  contract: removeTeamMember,
  ...people,
  handle: ({ app: { teams }, actor, params }) =>
    teams.removeMember(actor, params.team_id, params.user_id).then(() => ({ success: true as const })),
});
