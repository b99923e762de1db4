import { bots } from "@/lib/bots";
import { getBotUptime } from "@/lib/bots/contract";
import { route } from "@/lib/http";

export const GET = route({
  contract: getBotUptime,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, params, query }) => bots.uptime(actor, params.bot_id, Number(query.hours)),
});
