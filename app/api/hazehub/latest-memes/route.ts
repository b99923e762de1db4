import { listLatestMemes } from "@/lib/community/social/contract.memes";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listLatestMemes,
  auth: ["user"],
  feature: "social",
  rateLimit: "rest",
  handle: ({ app: { social }, actor, query }) => social.memes.latest(actor, query.limit),
});
