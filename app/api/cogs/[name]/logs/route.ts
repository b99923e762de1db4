import { route } from "@/lib/edge/http";
import { getCogLogs } from "@/lib/operations/plugins/contract.cogs";

export const GET = route({
  contract: getCogLogs,
  auth: ["user"],
  permission: "admin",
  feature: "plugins",
  rateLimit: "rest",
  async handle({ app: { plugins }, actor, params, query }) {
    const { lines, ...page } = await plugins.lines(actor, params.name, query);
    return { logs: lines, ...page };
  },
});
