import { route } from "@/lib/edge/http";
import { transferTeam } from "@/lib/identity/teams/contract";

export const POST = route({
  contract: transferTeam,
  auth: ["user"],
  rateLimit: "rest",
  scope: "admin",
  handle: ({ app: { teams }, actor, params, body }) =>
    teams.transfer(actor, params.team_id, body).then(() => ({ success: true as const })),
});
