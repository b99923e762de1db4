import { route } from "@/lib/edge/http";
import { createTeam, listTeams } from "@/lib/identity/teams/contract";

const people = { auth: ["user"], rateLimit: "rest" } as const;
export const GET = route({
  contract: listTeams,
  ...people,
  handle: async ({ app: { teams }, actor, query }) => {
    const page = await teams.page(actor, { ...query, all: query.all === "true" });
    return { ...page, count: page.teams.length };
  },
});
export const POST = route({
  contract: createTeam,
  ...people,
  scope: "admin",
  handle: async ({ app: { teams }, actor, body }) => ({
    ...{ success: true as const, team: await teams.create(actor, body.name) },
  }),
});
