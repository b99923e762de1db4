import { getRankStats } from "@/lib/community/feeds/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: getRankStats,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ app: { ranks }, params }) => ranks.stats(params),
});
