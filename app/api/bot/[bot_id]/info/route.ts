import { route } from "@/lib/edge/http";
import { botInfo } from "@/lib/fleet/bots/contract.info";
import { stats } from "@/lib/operations/stats";

export const GET = route({
  contract: botInfo,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ actor, params }) => stats.info(actor, params.bot_id),
});
