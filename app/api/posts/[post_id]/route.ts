import { deletePost, updatePost } from "@/lib/community/social/contract";
import { route } from "@/lib/edge/http";

export const PUT = route({
  contract: updatePost,
  auth: ["user"],
  feature: "social",
  rateLimit: "talk",
  handle: ({ app: { social }, actor, params, body }) => social.posts.update(actor, Number(params.post_id), body),
});

export const DELETE = route({
  contract: deletePost,
  auth: ["user"],
  feature: "social",
  rateLimit: "rest",
  handle: ({ app: { social }, actor, params }) => social.posts.remove(actor, Number(params.post_id)),
});
