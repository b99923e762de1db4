import { getPostImage } from "@/lib/community/social/contract";
import { picture } from "@/lib/edge/compat/haze";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: getPostImage,
  auth: ["user"],
  feature: "social",
  rateLimit: "rest",
  handle: async ({ app: { social }, actor, params }) =>
    picture(await social.posts.image(actor, Number(params.post_id))),
});
