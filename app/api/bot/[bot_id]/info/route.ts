import { route } from "@/lib/http";
import { stats } from "@/lib/stats";
import { botInfo } from "@/lib/stats/contract";

export const GET = route({
  contract: botInfo,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ actor, params }) => stats.info(actor, params.bot_id),
});
