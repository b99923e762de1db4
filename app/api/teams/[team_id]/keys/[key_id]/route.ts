import { route } from "@/lib/edge/http";
import { revokeTeamKey } from "@/lib/identity/teams/contract.keys";

export const DELETE = route({
  contract: revokeTeamKey,
  auth: ["user"],
  scope: "admin",
  rateLimit: "rest",
  handle: ({ app: { teamKeys }, actor, params }) =>
    teamKeys.revoke(actor, params.team_id, params.key_id).then(() => ({ success: true as const })),
});
