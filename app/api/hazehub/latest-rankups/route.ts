import { listAppRankUps } from "@/lib/community/social/contract.hub";
import { rankUpsOf } from "@/lib/edge/compat/haze";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listAppRankUps,
  auth: ["user"],
  feature: "social",
  rateLimit: "rest",
  handle: ({ app, actor, query }) => rankUpsOf(app, actor, query.limit),
});
