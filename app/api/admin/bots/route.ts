import { route } from "@/lib/edge/http";
import { listAllBots } from "@/lib/fleet/bots/contract";

export const GET = route({
  contract: listAllBots,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ app: { bots }, actor, query }) => bots.list(actor, { ...query, scope: "all" }),
});
