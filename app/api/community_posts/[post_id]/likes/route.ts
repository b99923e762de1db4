import { listPostLikes } from "@/lib/community/social/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listPostLikes,
  auth: ["user"],
  feature: "social",
  rateLimit: "rest",
  handle: ({ app: { social }, actor, params }) => social.posts.likes(actor, Number(params.post_id)),
});
