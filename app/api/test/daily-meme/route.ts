import { sendDailyMeme } from "@/lib/community/social/contract.memes";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: sendDailyMeme,
  auth: ["user"],
  permission: "staff",
  feature: "social",
  rateLimit: "talk",
  handle: ({ app: { social }, actor }) => social.memes.sendDaily(actor),
});
