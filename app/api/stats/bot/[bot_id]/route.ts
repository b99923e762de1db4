import { route } from "@/lib/http";
import { stats } from "@/lib/stats";
import { statsBot } from "@/lib/stats/contract";

export const GET = route({
  contract: statsBot,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ actor, params }) => stats.ofBot(actor, params.bot_id),
});
