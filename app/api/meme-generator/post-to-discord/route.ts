import { sendGeneratedMeme } from "@/lib/community/social/contract.memes";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: sendGeneratedMeme,
  auth: ["user"],
  feature: "social",
  rateLimit: "talk",
  handle: ({ app: { social }, actor, body }) => social.memes.sendGenerated(actor, body),
});
