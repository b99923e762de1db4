import { route } from "@/lib/edge/http";
import { rotateTeamKey } from "@/lib/identity/teams/contract.keys";

export const POST = route({
  contract: rotateTeamKey,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app: { teamKeys }, actor, params, body }) => ({
    success: true as const,
    ...(await teamKeys.rotate(actor, params.team_id, params.key_id, body.old_secret_until)),
  }),
});
