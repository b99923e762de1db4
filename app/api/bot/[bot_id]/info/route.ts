import { route } from "@/lib/edge/http";
import { stats } from "@/lib/operations/stats";
import { botInfo } from "@/lib/operations/stats/contract";

export const GET = route({
  contract: botInfo,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ actor, params }) => stats.info(actor, params.bot_id),
});
