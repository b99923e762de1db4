import { route } from "@/lib/edge/http";
import { createBotGrant, listBotGrants } from "@/lib/identity/teams/contract.grants";

const people = { auth: ["user"], rateLimit: "rest" } as const;
export const GET = route({
  contract: listBotGrants,
  ...people,
  handle: async ({ app: { grants }, actor, params, query }) => {
    const page = await grants.list(actor, params.bot_id, query);
    return { ...page, count: page.grants.length };
  },
});
export const POST = route({
  contract: createBotGrant,
  ...people,
  scope: "admin",
  handle: async ({ app: { grants }, actor, params, body }) => ({
    ...{ success: true as const, grant: await grants.add(actor, params.bot_id, body) },
  }),
});
