import { route } from "@/lib/edge/http";
import { getBotStats } from "@/lib/operations/stats/contract";

export const GET = route({
  contract: getBotStats,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ app: { stats }, actor, params }) => stats.ofBot(actor, params.bot_id),
});
