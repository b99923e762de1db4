import { getTestMeme } from "@/lib/community/social/contract.memes";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: getTestMeme,
  auth: ["user"],
  feature: "social",
  rateLimit: "rest",
  handle: ({ app: { social }, actor }) => social.memes.random(actor),
});
