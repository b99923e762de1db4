import { createPost, listPosts } from "@/lib/community/social/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listPosts,
  auth: ["user"],
  feature: "social",
  rateLimit: "rest",
  handle: ({ app: { social }, actor, query }) => social.posts.list(actor, query),
});

export const POST = route({
  contract: createPost,
  auth: ["user"],
  feature: "social",
  rateLimit: "talk",
  handle: ({ app: { social }, actor, body }) => social.posts.create(actor, body),
});
