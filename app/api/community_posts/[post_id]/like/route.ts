import { togglePostLike } from "@/lib/community/social/contract";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: togglePostLike,
  auth: ["user"],
  feature: "social",
  rateLimit: "rest",
  handle: ({ app: { social }, actor, params }) => social.posts.toggleLike(actor, Number(params.post_id)),
});
