import { getMemeFromSource } from "@/lib/community/social/contract.memes";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: getMemeFromSource,
  auth: ["user"],
  feature: "social",
  rateLimit: "rest",
  handle: ({ app: { social }, actor, query }) => social.memes.random(actor, query.source),
});
