import { route } from "@/lib/edge/http";
import { createTagGrant, listTagGrants } from "@/lib/identity/teams/contract.tag-grants";

const people = { auth: ["user"], rateLimit: "rest" } as const;
export const GET = route({
  contract: listTagGrants,
  ...people,
  handle: async ({ app: { tagGrants }, actor, params, query }) => {
    const page = await tagGrants.list(actor, params.team_id, query);
    return { ...page, count: page.grants.length };
  },
});
export const POST = route({
  contract: createTagGrant,
  ...people,
  scope: "admin",
  handle: async ({ app: { tagGrants }, actor, params, body }) => ({
    ...{ success: true as const, grant: await tagGrants.add(actor, params.team_id, body) },
  }),
});
