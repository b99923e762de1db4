import { getMemeReactions } from "@/lib/community/social/contract.memes";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: getMemeReactions,
  auth: ["user"],
  feature: "social",
  rateLimit: "rest",
  handle: ({ app: { social }, actor, params }) => social.memes.reactions(actor, params.meme_id),
});
