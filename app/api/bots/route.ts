import { route } from "@/lib/edge/http";
import { listBots } from "@/lib/fleet/bots/contract";

export const GET = route({
  contract: listBots,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { bots }, actor, query }) => bots.list(actor, { ...query, scope: "visible" }),
});
