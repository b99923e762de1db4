import { route } from "@/lib/edge/http";
import { deleteTeam, getTeam, updateTeam } from "@/lib/identity/teams/contract";

const owners = { auth: ["user"], rateLimit: "rest", scope: "admin" } as const;
export const GET = route({
  contract: getTeam,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app: { teams }, actor, params }) => ({ team: await teams.get(actor, params.team_id) }),
});
export const PUT = route({
  contract: updateTeam,
  ...owners,
  handle: async ({ app: { teams }, actor, params, body, version }) => ({
    ...{ success: true as const, version: await teams.rename(actor, params.team_id, body.name, version) },
  }),
});
export const DELETE = route({
  contract: deleteTeam,
  ...owners,
  handle: ({ app: { teams }, actor, params }) =>
    teams.remove(actor, params.team_id).then(() => ({ success: true as const })),
});
