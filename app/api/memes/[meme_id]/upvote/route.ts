import { upvoteMeme } from "@/lib/community/social/contract.memes";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: upvoteMeme,
  auth: ["user"],
  feature: "social",
  rateLimit: "rest",
  handle: ({ app: { social }, actor, params }) => social.memes.toggleVote(actor, params.meme_id),
});
