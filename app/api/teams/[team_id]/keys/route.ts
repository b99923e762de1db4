import { route } from "@/lib/edge/http";
import { createTeamKey, listTeamKeys } from "@/lib/identity/teams/contract.keys";

const people = { auth: ["user"], rateLimit: "rest" } as const;
export const GET = route({
  contract: listTeamKeys,
  ...people,
  handle: async ({ app: { teamKeys }, actor, params, query }) => {
    const page = await teamKeys.list(actor, params.team_id, query);
    return { ...page, count: page.keys.length };
  },
});
export const POST = route({
  contract: createTeamKey,
  ...people,
  scope: "admin",
  handle: async ({ app: { teamKeys }, actor, params, body }) => ({
    success: true as const,
    ...(await teamKeys.create(actor, params.team_id, body)),
  }),
});
