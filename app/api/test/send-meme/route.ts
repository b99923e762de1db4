import { sendMeme } from "@/lib/community/social/contract.memes";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: sendMeme,
  auth: ["user"],
  feature: "social",
  rateLimit: "talk",
  handle: ({ app: { social }, actor, body }) => social.memes.send(actor, body.meme),
});
