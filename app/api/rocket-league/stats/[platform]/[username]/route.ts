import { getRankStats } from "@/lib/community/feeds/contract";
import { ofRankStats } from "@/lib/edge/compat/haze";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: getRankStats,
  auth: ["user", "bot"],
  rateLimit: "rest",
  haze: ofRankStats,
  handle: ({ app: { ranks }, params }) => ranks.stats(params),
});
