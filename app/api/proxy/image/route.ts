import { getProxiedImage } from "@/lib/community/social/contract.hub";
import { picture } from "@/lib/edge/compat/haze";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: getProxiedImage,
  auth: ["user"],
  feature: "social",
  rateLimit: "rest",
  handle: async ({ app: { social }, actor, query }) => picture(await social.proxy.image(actor, query.url)),
});
