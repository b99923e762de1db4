import { route } from "@/lib/edge/http";
import { getBotInfo } from "@/lib/fleet/bots/contract.info";
import { stats } from "@/lib/operations/stats";

export const GET = route({
  contract: getBotInfo,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ actor, params }) => stats.info(actor, params.bot_id),
});
