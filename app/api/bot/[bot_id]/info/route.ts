import { route } from "@/lib/edge/http";
import { getBotInfo } from "@/lib/fleet/bots/contract.info";

export const GET = route({
  contract: getBotInfo,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ app: { stats }, actor, params }) => stats.info(actor, params.bot_id),
});
