import { listLevelUps } from "@/lib/community/social/contract.hub";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listLevelUps,
  auth: ["user"],
  feature: "social",
  rateLimit: "rest",
  handle: ({ app: { social }, actor, query }) => social.xp.levelUps(actor, query.limit),
});
