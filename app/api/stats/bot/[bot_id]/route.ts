import { route } from "@/lib/edge/http";
import { stats } from "@/lib/operations/stats";
import { statsBot } from "@/lib/operations/stats/contract";

export const GET = route({
  contract: statsBot,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ actor, params }) => stats.ofBot(actor, params.bot_id),
});
