import { route } from "@/lib/edge/http";
import { changeBotGrant, endBotGrant } from "@/lib/identity/teams/contract.grants";

const owners = { auth: ["user"], rateLimit: "rest", scope: "admin" } as const;
export const PUT = route({
  contract: changeBotGrant,
  ...owners,
  handle: async ({ app: { grants }, actor, params, body }) => ({
    ...{ success: true as const, grant: await grants.change(actor, params.bot_id, params.grant_id, body) },
  }),
});
export const DELETE = route({
  contract: endBotGrant,
  ...owners,
  handle: ({ app: { grants }, actor, params }) =>
    grants.end(actor, params.bot_id, params.grant_id).then(() => ({ success: true as const })),
});
