import { getLeaderboard } from "@/lib/community/social/contract.hub";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: getLeaderboard,
  auth: ["user"],
  feature: "social",
  rateLimit: "rest",
  handle: ({ app: { social }, actor, query }) => social.xp.leaderboard(actor, query.limit),
});
