import { ranks } from "@/lib/community/feeds";
import { rankStats } from "@/lib/community/feeds/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: rankStats,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ params }) => ranks.stats(params),
});
