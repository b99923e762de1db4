import { route } from "@/lib/edge/http";
import { changeTagGrant, endTagGrant } from "@/lib/identity/teams/contract.tag-grants";

const owners = { auth: ["user"], rateLimit: "rest", scope: "admin" } as const;
export const PUT = route({
  contract: changeTagGrant,
  ...owners,
  handle: async ({ app: { tagGrants }, actor, params, body }) => ({
    ...{ success: true as const, grant: await tagGrants.change(actor, params.team_id, params.grant_id, body) },
  }),
});
export const DELETE = route({
  contract: endTagGrant,
  ...owners,
  handle: ({ app: { tagGrants }, actor, params }) =>
    tagGrants.end(actor, params.team_id, params.grant_id).then(() => ({ success: true as const })),
});
