import { route } from "@/lib/edge/http";
import { getBotUptime } from "@/lib/fleet/bots/contract.status";

export const GET = route({
  contract: getBotUptime,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { bots }, actor, params, query }) => bots.uptime(actor, params.bot_id, Number(query.hours)),
});
